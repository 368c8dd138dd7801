package dev.relaychat.sdk

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import java.net.ServerSocket
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** Errors, cancellation, listeners that misbehave, and the end. */
class LifeTest {
    @Test
    fun `errors are few and tell what to do`() =
        story { scope ->
            val refused = assertFailsWith<RelayException.Refused> { RelayClient("example.com", scope) }
            assertEquals("url" to "validation_failed", refused.failure.field to refused.code)
            assertFalse(refused.isRetryable)
            val nowhere = RelayClient("http://127.0.0.1:1", scope)
            val network = assertFailsWith<RelayException.Network> { nowhere.auth.requestCode("a@example.com") }
            assertTrue(network.isRetryable)
            assertFailsWith<RelayException.Refused> { nowhere.chat("no id") }
            nowhere.close()
            val alice = loggedIn(scope, "alice")
            val requested = alice.auth.requestCode(newEmail("other"))
            val wrong = assertFailsWith<RelayException> { alice.auth.verifyCode(requested.requestId, "000000") }
            assertEquals("code_invalid", wrong.code)
            val sent = alice.chat(alice.chats.createGroup("Room", emptyList())).send("x")
            sent.delivered()
            assertFailsWith<RelayException.AlreadySent> { sent.edit("y") }
            alice.close()
            assertNothingLives()
        }

    @Test
    fun `a token provider is asked, is asked again, and signs out`() =
        story { scope ->
            val asked = AtomicInteger()
            val client =
                RelayClient(engineUrl, scope) {
                    tokenProvider {
                        if (asked.incrementAndGet() == 1) error("the backend is down")
                        throw TokenException.Unauthorized("nobody is logged in")
                    }
                }
            client.connect()
            assertIs<ConnectionState.SignedOut>(client.connection.until { it is ConnectionState.SignedOut })
            assertTrue(asked.get() >= 2, "asked ${asked.get()} times")
            client.close()
            assertNothingLives()
        }

    @Test
    fun `cancelling a coroutine ends the call in Rust`() =
        story { scope ->
            // It takes connections and never answers.
            ServerSocket(0).use { silent ->
                val client = RelayClient("http://127.0.0.1:${silent.localPort}", scope)
                val job = scope.launch { client.auth.requestCode("a@example.com") }
                eventually { liveCounts().calls == 1uL }
                job.cancelAndJoin()
                eventually { liveCounts().calls == 0uL }
                assertTrue(job.isCancelled)
                val token = CancelToken()
                val call = scope.async { runCatching { client.core.requestCode("a@example.com", token) } }
                eventually { liveCounts().calls == 1uL }
                token.cancel()
                assertIs<RelayException.Cancelled>(call.await().exceptionOrNull())
                client.close()
            }
            assertNothingLives()
        }

    @Test
    fun `closing while calls are under way ends them`() =
        story { scope ->
            ServerSocket(0).use { silent ->
                val client = RelayClient("http://127.0.0.1:${silent.localPort}", scope)
                val calls = (1..20).map { scope.async { runCatching { client.auth.requestCode("a@example.com") } } }
                eventually { liveCounts().calls == 20uL }
                coroutineScope { repeat(3) { launch { client.close() } } }
                calls.awaitAll().forEach { assertIs<RelayException.Closed>(it.exceptionOrNull()) }
                assertEquals(ConnectionState.Closed(null), client.connection.value)
                assertFailsWith<RelayException.Closed> { client.auth.requestCode("a@example.com") }
            }
            assertNothingLives()
        }

    @Test
    fun `a client ends with its scope`() =
        story {
            val scope = CoroutineScope(Dispatchers.Default)
            val client = loggedIn(scope, "alice")
            client.chat(client.chats.createGroup("Room", emptyList())).timeline()
            assertTrue(liveCounts().subscriptions > 0uL && ourThreads() > 0)
            scope.coroutineContext.job.cancelAndJoin()
            assertNothingLives()
        }

    @Test
    fun `a listener that blocks or throws stops nobody else`() =
        story { scope ->
            val client = loggedIn(scope, "alice")
            val before = liveCounts().listenerFailures
            val entered = CompletableDeferred<Unit>()
            val release = CountDownLatch(1)
            val blocking =
                client.core.watchConnection(
                    object : ConnectionListener {
                        override fun onChange(value: ConnectionState) {
                            entered.complete(Unit)
                            release.await()
                        }
                    },
                )
            val throwing =
                client.core.watchMe(
                    object : MeListener {
                        override fun onChange(value: Me?): Unit = error("a bug of the application")
                    },
                )
            entered.await()
            eventually { liveCounts().listenerFailures > before }
            assertEquals("Alice", client.rename("Alice").user.name)
            eventually { liveCounts().listenerFailures > before + 1uL }
            client.setNetworkOnline(false)
            client.connection.until { it == ConnectionState.Offline }
            release.countDown()
            blocking.end()
            throwing.end()
            client.close()
            assertNothingLives()
        }

    @Test
    fun `a log sink hears what happens, and may throw`() =
        story { scope ->
            val lines = AtomicInteger()
            val client =
                RelayClient("http://127.0.0.1:1", scope) {
                    tokenProvider { "token" }
                    log(LogLevel.TRACE) {
                        lines.incrementAndGet()
                        error("a bug of the application")
                    }
                }
            val connecting = scope.launch { client.connect() }
            eventually { lines.get() >= 2 }
            assertIs<ConnectionState.Reconnecting>(client.connection.until { it is ConnectionState.Reconnecting })
            connecting.cancelAndJoin()
            client.close()
            assertNothingLives()
        }

    @Test
    fun `ten thousand events come through in order`() =
        story { scope ->
            val client = loggedIn(scope, "alice")
            val chat = client.chat(client.chats.createGroup("Room", emptyList()))
            val heard = AtomicInteger()
            val last = CompletableDeferred<Unit>()
            val listening =
                client.core.chat(chat.id).watchDraft(
                    object : DraftListener {
                        override fun onChange(value: String) {
                            heard.incrementAndGet()
                            if (value == "$EVENTS") last.complete(Unit)
                        }
                    },
                )
            val start = System.nanoTime()
            for (number in 1..EVENTS) {
                val before = heard.get()
                chat.setTyped("$number")
                // One at a time: a value that is overtaken would not be told.
                while (heard.get() == before) Thread.onSpinWait()
            }
            last.await()
            val seconds = (System.nanoTime() - start) / 1e9
            println("events through the FFI: %.0f a second".format(heard.get() / seconds))
            listening.end()
            client.close()
            assertNothingLives()
        }

    private companion object {
        const val EVENTS = 10_000
    }
}
