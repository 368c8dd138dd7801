package dev.relaychat.sdk

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.util.TimeZone

/**
 * A client of one engine for one person.
 *
 * ```kotlin
 * val client = RelayClient("https://chat.example.com", scope) {
 *     storePath = context.getDatabasePath("relay.db").path
 *     tokenProvider { reason -> api.chatToken(reason) }
 * }
 * client.connect()
 * client.chats.items.onEach(adapter::submitList).launchIn(scope)
 * val sent = client.chat(id).send("hi")
 * sent.delivered()
 * ```
 *
 * It lives as long as [scope]: when that is cancelled, or after [close], everything it started has
 * ended. What is shown comes as [StateFlow]s, which may be collected on any dispatcher; a collector
 * that is slow skips what has been overtaken and holds up nobody. What asks the server is a
 * `suspend` function that throws [RelayException]; cancelling the coroutine ends the request.
 *
 * @throws RelayException when [url] is not the address of an engine.
 */
public class RelayClient(
    url: String,
    scope: CoroutineScope,
    configure: RelayClientConfig.() -> Unit = {},
) {
    internal val core: CoreClient = RelayClientConfig().apply(configure).build(url)

    /** Where everything of this client runs. Foreign threads hand values over to it. */
    internal val scope: CoroutineScope =
        CoroutineScope(scope.coroutineContext + SupervisorJob(scope.coroutineContext.job) + Dispatchers.Default)

    /** Logging in and out with own accounts. */
    public val auth: Auth = Auth(this)

    /** The caller's chats. */
    public val chats: ChatList = ChatList(this)

    /** Other people. */
    public val people: People = People(this)

    private val mutableConnection =
        this.scope.watched(core.connection()) { emit ->
            core.watchConnection(
                object : ConnectionListener {
                    // The newest, which may be newer than the one told: what was read meanwhile stays true.
                    override fun onChange(value: ConnectionState) = emit(core.connection())
                },
            )
        }

    /** How the connection is. */
    public val connection: StateFlow<ConnectionState> get() = mutableConnection

    /** How well what the client knows is kept. */
    public val storage: StateFlow<StorageState> =
        this.scope.watched(core.storage()) { emit ->
            core.watchStorage(
                object : StorageListener {
                    override fun onChange(value: StorageState) = emit(value)
                },
            )
        }

    private val mutableMe =
        this.scope.watched(core.me()) { emit ->
            core.watchMe(
                object : MeListener {
                    override fun onChange(value: Me?) = emit(core.me())
                },
            )
        }

    /** The caller's own profile; `null` when nobody is logged in. */
    public val me: StateFlow<Me?> get() = mutableMe

    /** What the server accepts; `null` until the first connection. */
    public val limits: StateFlow<Limits?> =
        this.scope.watched(core.limits()) { emit ->
            core.watchLimits(
                object : LimitsListener {
                    override fun onChange(value: Limits?) = emit(value)
                },
            )
        }

    private val ending =
        this.scope.launch(start = CoroutineStart.UNDISPATCHED) {
            try {
                awaitCancellation()
            } finally {
                withContext(NonCancellable) { core.shutDown() }
            }
        }

    /**
     * Opens the connection. Returns when connected, or when it is clear that nobody is logged in or
     * that it will never work: see [connection]. Failures of the network do not end it.
     */
    public suspend fun connect() {
        core.connect()
        refresh()
    }

    /** Tries to connect now instead of waiting for the next attempt. */
    public fun reconnectNow(): Unit = core.reconnectNow()

    /** Tells what the device says about its network. While offline nothing is tried. */
    public fun setNetworkOnline(isOnline: Boolean): Unit = core.setNetworkOnline(isOnline)

    /** Before the system freezes the process: writes what is unsaved, lets go of network and files. */
    public suspend fun suspend(): Unit = core.suspend()

    /** Goes on after [suspend]. */
    public fun resume(): Unit = core.resume()

    /** A handle to one chat. Cheap. */
    public fun chat(id: String): Chat = Chat(this, core.chat(id))

    /** Changes the caller's display name. */
    public suspend fun rename(name: String): Me = core.rename(name).also { refresh() }

    /**
     * Changes what others are told of the person, and the person of others: how far they read, and
     * whether they are online and when they were last seen. `null` leaves it as it is. What was told
     * before stays; typing is shown in any case. Needs a connection.
     */
    public suspend fun setPrivacy(
        showsReadReceipts: Boolean? = null,
        showsLastSeen: Boolean? = null,
    ): Me = core.setPrivacy(showsReadReceipts, showsLastSeen).also { refresh() }

    /** Uploads an image and makes it the caller's picture. */
    public suspend fun setAvatar(image: Upload): Me = core.setAvatar(image).also { refresh() }

    /** Removes the caller's picture. */
    public suspend fun removeAvatar(): Me = core.removeAvatar().also { refresh() }

    /**
     * Searches the messages of all chats that the caller is in; pass the page's cursor back to read on.
     * Without a connection what this device holds is searched, and the page says so.
     */
    public suspend fun search(search: Search): SearchPage = core.search(search)

    /** Searches for words. */
    public suspend fun search(query: String): SearchPage = search(Search(query))

    /**
     * The group that a link with this token leads to, without joining it. A link that has ended, is
     * used up, revoked or made up is `not_found`.
     */
    public suspend fun previewInvite(token: String): InvitePreview = core.previewInvite(token)

    /** Joins the group that a link with this token leads to: on return it is in the list. Gives its id. */
    public suspend fun acceptInvite(token: String): String = core.acceptInvite(token)

    /** Short-lived addresses of the bytes of an attachment. Kept until shortly before they expire. */
    public suspend fun attachmentLinks(attachmentId: String): AttachmentLinks = core.attachmentLinks(attachmentId)

    /**
     * Under what name a push service knows this device, kept as long as the client lives. Engines of
     * this version send no pushes themselves: pass it on to the backend that does.
     */
    public var pushToken: PushToken?
        get() = core.pushToken()
        set(token) = core.setPushToken(token)

    /** What a call has brought about shows when it returns, and not a moment later. */
    internal fun refresh() {
        mutableConnection.value = core.connection()
        mutableMe.value = core.me()
    }

    /**
     * Writes what is queued into the store, closes the connection and ends all threads. What waits
     * for an answer meanwhile ends with [RelayException.Closed]. May be called more than once; the
     * end of the scope does the same.
     */
    public suspend fun close() {
        withContext(NonCancellable) {
            ending.cancelAndJoin()
            scope.coroutineContext.job.cancelAndJoin()
        }
        mutableConnection.value = ConnectionState.Closed(null)
    }
}

/** What a [RelayClient] is made with. */
public class RelayClientConfig internal constructor() {
    /**
     * The file that keeps chats, messages and what is unsent, one for each account. Without it all
     * of that ends with the client.
     */
    public var storePath: String? = null

    /** What to call this device in the person's list of sessions. */
    public var deviceName: String? = null

    /** Where the session of an e-mail login is kept. In memory, if nothing is said. */
    public var sessionStore: SessionStore? = null

    /** How far local time is ahead of UTC, for the date dividers. The device's, if nothing is said. */
    public var utcOffsetMs: Long = TimeZone.getDefault().getOffset(System.currentTimeMillis()).toLong()

    private var tokens: TokenProvider? = null
    private var log: Pair<LogLevel, LogSink>? = null

    /**
     * Takes access tokens from the application. Without it people log in with e-mail codes. Throw
     * [TokenException.Unauthorized] to sign out; whatever else is thrown is tried again.
     */
    public fun tokenProvider(provide: suspend (TokenReason) -> String) {
        tokens =
            object : TokenProvider {
                override suspend fun token(reason: TokenReason): String = provide(reason)
            }
    }

    /** Takes what the client has to say about itself, up to [level]. Never what a person wrote. */
    public fun log(
        level: LogLevel = LogLevel.WARN,
        sink: (LogRecord) -> Unit,
    ) {
        log =
            level to
            object : LogSink {
                override fun log(record: LogRecord) = sink(record)
            }
    }

    internal fun build(url: String): CoreClient {
        // Bindings of another version than the library are told here, and not by a crash later.
        uniffiEnsureInitialized()
        val options = ClientOptions(url, storePath, deviceName, utcOffsetMs)
        val log = log ?: return CoreClient(options, tokens, sessionStore)
        return CoreClient.withLog(options, tokens, sessionStore, log.first, log.second)
    }
}
