package dev.relaychat.sdk

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import java.io.File
import java.net.HttpURLConnection
import java.net.URI
import java.util.UUID

/** How long anything may take before a story is given up: the machine may be busy with builds. */
const val DEADLINE_MS = 60_000L

/** The engine that the suite has started. */
val engineUrl: String = System.getProperty("relaychat.url")

/** Where the repository's golden files are. */
val fixtures = File(System.getProperty("relaychat.fixtures"))

/** Runs a story with a scope of its own, which ends with it. */
fun story(tell: suspend (CoroutineScope) -> Unit) =
    runBlocking {
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        try {
            withTimeout(DEADLINE_MS) { tell(scope) }
        } finally {
            scope.cancel()
        }
    }

/** Somebody nobody else knows. */
fun newEmail(name: String) = "$name-${UUID.randomUUID().toString().take(8)}@example.com"

/** Logs in as a person does: address, mail, code. */
suspend fun RelayClient.logIn(email: String): Me {
    val requested = auth.requestCode(email)
    val me = auth.verifyCode(requested.requestId, codeFor(email))
    connect()
    return me
}

suspend fun loggedIn(
    scope: CoroutineScope,
    name: String,
    configure: RelayClientConfig.() -> Unit = {},
): RelayClient = RelayClient(engineUrl, scope, configure).also { it.logIn(newEmail(name)) }

/** The newest code for an address, from the development inbox. */
suspend fun codeFor(email: String): String {
    val inbox = URI("$engineUrl/_/inbox/latest.json?email=$email").toURL()
    while (true) {
        val connection = inbox.openConnection() as HttpURLConnection
        if (connection.responseCode == 200) {
            val text = connection.inputStream.bufferedReader().readText()
            Regex("\"code\":\\s*\"(\\d+)\"").find(text)?.let { return it.groupValues[1] }
        }
        delay(20)
    }
}

/** Waits for a value. */
suspend fun <T> StateFlow<T>.until(isMet: (T) -> Boolean): T = first { isMet(it) }

/** Waits for something that tells nobody when it changes. */
suspend fun eventually(isMet: () -> Boolean) {
    while (!isMet()) delay(5)
}

/** Nothing of any client is left: no listener, no call, no thread of the library. */
suspend fun assertNothingLives() {
    try {
        withTimeout(DEADLINE_MS / 4) {
            eventually {
                val now = liveCounts()
                listOf(now.clients, now.threads, now.subscriptions, now.calls).all { it == 0uL } && ourThreads() == 0
            }
        }
    } catch (late: kotlinx.coroutines.TimeoutCancellationException) {
        throw AssertionError("still alive: ${liveCounts()}, threads ${ourThreads()}", late)
    }
}

/** The threads of this process that the library has named, as the system counts them. */
fun ourThreads(): Int {
    val tasks = File("/proc/self/task").listFiles().orEmpty()
    return tasks.count { task ->
        runCatching { File(task, "comm").readText().startsWith("relaychat") }.getOrDefault(false)
    }
}

/** A picture of four by three pixels. */
fun picture(): ByteArray {
    val image = java.awt.image.BufferedImage(4, 3, java.awt.image.BufferedImage.TYPE_INT_RGB)
    val bytes = java.io.ByteArrayOutputStream()
    javax.imageio.ImageIO.write(image, "png", bytes)
    return bytes.toByteArray()
}
