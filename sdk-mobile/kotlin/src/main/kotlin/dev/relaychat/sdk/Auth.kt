package dev.relaychat.sdk

import java.io.File
import java.nio.file.Files
import java.nio.file.StandardCopyOption

/** Logging in with a one-time code, and the caller's sessions. */
public class Auth internal constructor(
    private val client: RelayClient,
) {
    private val core get() = client.core

    /** Sends a code to the address. */
    public suspend fun requestCode(email: String): CodeRequested = core.requestCode(email)

    /** Trades a code for a session and connects. */
    public suspend fun verifyCode(
        requestId: String,
        code: String,
    ): Me = core.verifyCode(requestId, code).also { client.refresh() }

    /** Trades the one-time link of the mail (what follows `#token=`) for a session and connects. */
    public suspend fun verifyLink(token: String): Me = core.verifyLink(token).also { client.refresh() }

    /** The caller's sessions, newest first. */
    public suspend fun sessions(): List<Session> = core.listSessions()

    /** Ends a session of the caller. */
    public suspend fun revokeSession(sessionId: String): Unit = core.revokeSession(sessionId)

    /** Ends this session and forgets everything on this device. Works offline too. */
    public suspend fun signOut(): Unit = core.signOut().also { client.refresh() }
}

/**
 * Keeps the session in a file that only this user of the machine can read: for desktops and tests.
 * On Android keep it in what the keystore protects.
 */
public class FileSessionStore(
    private val file: File,
) : SessionStore {
    override fun load(): String? = if (file.exists()) file.readText() else null

    override fun save(session: String?) {
        if (session == null) {
            file.delete()
            return
        }
        // In one step, so that a crash leaves the old session or the new one.
        val next = File(file.path + ".new")
        next.delete()
        next.createNewFile()
        next.setReadable(false, false)
        next.setReadable(true, true)
        next.writeText(session)
        Files.move(next.toPath(), file.toPath(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE)
    }
}
