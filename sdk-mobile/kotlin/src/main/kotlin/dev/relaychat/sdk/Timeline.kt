package dev.relaychat.sdk

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.job

/** An open timeline: what a person scrolls through. */
public class Timeline internal constructor(
    client: RelayClient,
    private val core: CoreTimeline,
    scope: CoroutineScope,
) : AutoCloseable {
    private val mutableItems = MutableStateFlow(emptyList<TimelineItem>())
    private val mutableStatus = MutableStateFlow(core.status())

    /** The items, oldest first. An item that has not changed is the same object as before. */
    public val items: StateFlow<List<TimelineItem>> = mutableItems.asStateFlow()

    /** What is loading, and whether there is more. */
    public val status: StateFlow<TimelineStatus> = mutableStatus.asStateFlow()

    private val subscription =
        core.watchItems(
            object : TimelineListener {
                private val list = mutableListOf<TimelineItem>()

                override fun onChange(value: TimelineUpdate) {
                    value.splices.forEach { list.splice(it.index, it.removedCount, it.inserted) }
                    mutableItems.value = list.toList()
                    mutableStatus.value = value.status
                }
            },
        )

    private var ends: List<DisposableHandle> = emptyList()

    init {
        val scopes = listOf(client.scope, scope).distinct()
        ends = scopes.map { it.coroutineContext.job.invokeOnCompletion { close() } }
    }

    /** Loads older messages, and returns when they are here. */
    public suspend fun loadBefore(): Unit = core.loadBefore()

    /** Loads newer messages, after a jump. */
    public suspend fun loadAfter(): Unit = core.loadAfter()

    /** Loads the part around a message and shows that instead. */
    public suspend fun jumpTo(seq: ULong): Unit = core.jumpTo(seq)

    /** Back to the newest messages. */
    public suspend fun jumpToLatest(): Unit = core.jumpToLatest()

    /** Nobody looks at it any more. */
    override fun close() {
        ends.forEach { it.dispose() }
        subscription.end()
        core.close()
    }
}

/** Names the item in its timeline, for ever. */
public val TimelineItem.key: String
    get() =
        when (this) {
            is TimelineItem.Start -> key
            is TimelineItem.DateDivider -> key
            is TimelineItem.UnreadDivider -> key
            is TimelineItem.Posted -> key
            is TimelineItem.Told -> key
        }

/** The messages of a timeline, without its dividers. */
public fun List<TimelineItem>.messages(): List<Message> = mapNotNull { (it as? TimelineItem.Posted)?.message }
