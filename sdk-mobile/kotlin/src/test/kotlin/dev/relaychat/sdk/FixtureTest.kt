package dev.relaychat.sdk

import org.junit.jupiter.api.Test
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** The golden files of the protocol, the way an application sees them. */
class FixtureTest {
    private fun frame(name: String) = File(fixtures, "frames/$name.json").readText()

    /** Plays frames after the first answer of the engine, and looks. */
    private suspend fun after(
        vararg names: String,
        look: suspend (CoreClient) -> Unit,
    ) {
        val core = CoreClient.recorded(listOf("server_ready", *names).map(::frame))
        core.connect()
        look(core)
        core.shutDown()
        core.close()
    }

    @Test
    fun `the first answer reads as it was written`() =
        story {
            after { core ->
                val (direct, group) = core.chats()
                assertEquals("Bob" to "Regatta", direct.title to group.title)
                assertEquals("Boats, times and who brings the cake.", group.description)
                assertTrue(group.avatarUrl!!.endsWith("/v1/avatars/01a201e6-4c00-7000-8000-000000000012"))
                assertEquals(1uL to 12uL, direct.unreadCount to direct.lastSeq)
                val message = direct.lastMessage!!
                assertEquals("Look at this! 🛥️", message.text)
                assertEquals(1795348795000L, message.sentAtMs)
                assertEquals("harbour.jpg", message.attachments.single().fileName)
                assertEquals(182_044uL, message.attachments.single().sizeBytes)
                assertEquals("alice@example.com", core.me()!!.email)
                assertEquals(16_384uL, core.limits()!!.textBytes)
            }
        }

    @Test
    fun `frames have their effect`() =
        story {
            after("server_typing") { core -> eventually { core.chats().any { it.typing.isNotEmpty() } } }
            after("server_receipt") { core -> eventually { core.chats().all { it.unreadCount == 0uL } } }
            after("server_chat_removed") { core -> eventually { core.chats().single().title == "Regatta" } }
        }

    @Test
    fun `every frame of the server is taken`() =
        story {
            val files = File(fixtures, "frames").list().orEmpty().map { it.removeSuffix(".json") }
            val names = files.filter { it.startsWith("server_") && it != "server_ready" }
            assertTrue(names.size > 10, "$names")
            for (name in names) {
                // What comes last shows that the one before was passed.
                after(name, "server_chat_removed") { core ->
                    eventually { core.chats().none { it.id == "01a201e6-4c00-7000-8000-000000000010" } }
                    assertFalse(core.chatsStatus().isLoading, name)
                }
            }
        }
}
