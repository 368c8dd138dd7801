package dev.relaychat.sdk

import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import org.junit.jupiter.api.Test
import java.io.File
import java.nio.file.Files
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** What people do: each group of the library's functions against a real engine. */
class TalkTest {
    @Test
    fun `two people talk, see each other type and read`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val bob = loggedIn(scope, "bob")
            val chat =
                alice.chat(
                    alice.chats.openDirect(
                        bob.me.value!!
                            .user.id,
                    ),
                )
            val timeline = chat.timeline()
            val sent = chat.send("Hello ✓")
            val message = sent.delivered()
            assertEquals(sent.id, message.id)
            assertEquals(1uL, message.seq)

            val heard =
                bob.chats.items
                    .until { it.firstOrNull()?.lastMessage != null }
                    .first()
            assertEquals("Hello ✓", heard.lastMessage!!.text)
            assertEquals(1uL, heard.unreadCount)
            val theirs = bob.chat(heard.id)
            theirs.timeline(scope).use { open ->
                assertEquals(
                    listOf("Hello ✓"),
                    open.items
                        .until { it.messages().isNotEmpty() }
                        .messages()
                        .map { it.text },
                )
            }
            theirs.setTyping(true)
            val typing = chat.summary.until { it is SummaryState.Found && it.summary.typing.isNotEmpty() }
            assertEquals(
                bob.me.value!!
                    .user.id,
                (typing as SummaryState.Found)
                    .summary.typing
                    .single()
                    .id,
            )
            theirs.markRead(1uL)
            timeline.items.until { items -> items.messages().any { it.state == DeliveryState.READ } }
            val members = chat.members.until { all -> all.size == 2 && all.all { it.readSeq == 1uL } }
            assertEquals(setOf(Role.MEMBER), members.map { it.role }.toSet())
            assertEquals(
                0uL,
                bob.chats.status
                    .until { it.unreadCount == 0uL }
                    .unreadCount,
            )
            alice.close()
            bob.close()
        }

    @Test
    fun `a picture goes up with its progress and comes down with its addresses`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val bob = loggedIn(scope, "bob")
            val chat =
                alice.chat(
                    alice.chats.openDirect(
                        bob.me.value!!
                            .user.id,
                    ),
                )
            val file = Files.createTempFile("picture", ".png").toFile()
            file.writeBytes(picture())
            val seen = mutableListOf<OutgoingState>()
            val sent = chat.send(Draft("look", listOf(imageFile(file.path))))
            sent.state.onEach { synchronized(seen) { seen += it } }.launchIn(scope)
            val attachment = sent.delivered().attachments.single()
            assertEquals(4u to 3u, attachment.width to attachment.height)
            assertEquals(AttachmentKind.IMAGE, attachment.kind)
            sent.state.until { it.state == DeliveryState.SENT }
            assertEquals(file.length().toULong(), sent.state.value.loadedBytes)
            val links = bob.attachmentLinks(attachment.id)
            assertTrue(links.url.startsWith(engineUrl), links.url)
            assertEquals(file.name, attachment.fileName)
            alice.setAvatar(Upload(UploadContent.Bytes(picture()), "image/png"))
            assertNotNull(alice.me.until { it?.user?.avatarUrl != null })
            assertNull(alice.removeAvatar().user.avatarUrl)
            file.delete()
            alice.close()
            bob.close()
        }

    @Test
    fun `groups, people, presence and the profile`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val email = newEmail("bob")
            val bob = RelayClient(engineUrl, scope)
            bob.logIn(email)
            assertEquals("Robert", bob.rename("Robert").user.name)
            val hidden = bob.setPrivacy(showsReadReceipts = false)
            assertEquals(listOf(false, true), listOf(hidden.showsReadReceipts, hidden.showsLastSeen))
            assertEquals(true, bob.setPrivacy(showsReadReceipts = true).showsReadReceipts)
            val found =
                alice.people
                    .list(query = email)
                    .items
                    .single()
            assertEquals("Robert", alice.people.get(found.id).name)
            val room = alice.chat(alice.chats.createGroup("Room", listOf(found.id)))
            val summary = room.summary.until { it is SummaryState.Found } as SummaryState.Found
            assertEquals(ChatKind.GROUP to "Room", summary.summary.kind to summary.summary.title)
            assertEquals(
                Role.OWNER,
                room.members
                    .until { it.size == 2 }
                    .first { it.user.id != found.id }
                    .role,
            )
            val presence = alice.people.presence(found.id)
            assertTrue(presence.until { it != null }!!.isOnline)
            bob.close()
            assertEquals(false, presence.until { it?.isOnline == false }?.isOnline)
            assertTrue(
                alice.limits
                    .until { it != null }!!
                    .imageContentTypes
                    .contains("image/png"),
            )
            assertTrue(alice.limits.value!!.readReceipts)
            alice.chats.loadMore()
            val list = alice.chats.status.value
            assertEquals(UnreadTotal(list.unreadCount, list.unreadChatCount), alice.chats.unreadTotal())
            alice.pushToken = PushToken(PushService.FCM, "token")
            assertEquals("token", alice.pushToken?.token)
            alice.close()
        }

    @Test
    fun `what is typed and what is unsent outlive the program`() =
        story { scope ->
            val folder = Files.createTempDirectory("relay").toFile()
            val configure: RelayClientConfig.() -> Unit = {
                storePath = File(folder, "relay.db").path
                sessionStore = FileSessionStore(File(folder, "session"))
            }
            val bob = loggedIn(scope, "bob")
            val first = loggedIn(scope, "alice", configure)
            assertEquals(StorageState.DURABLE, first.storage.value)
            val chatId =
                first.chats.openDirect(
                    bob.me.value!!
                        .user.id,
                )
            first.chat(chatId).setTyped("half a sent")
            first.setNetworkOnline(false)
            first.connection.until { it == ConnectionState.Offline }
            val unsent = first.chat(chatId).send("later")
            unsent.edit("later!")
            first.close()
            assertFailsWith<RelayException.Closed> { unsent.delivered() }

            val second = RelayClient(engineUrl, scope, configure)
            second.connect()
            assertEquals("half a sent", second.chat(chatId).typed.until { it.isNotEmpty() })
            second.chat(chatId).outgoing(unsent.id)?.delivered()
            val heard = bob.chats.items.until { it.firstOrNull()?.lastMessage != null }
            assertEquals("later!", heard.first().lastMessage!!.text)
            second.suspend()
            second.resume()
            second.connection.until { it == ConnectionState.Connected }
            second.close()
            bob.close()
            folder.deleteRecursively()
        }

    @Test
    fun `a group is joined by a link, and who reacted is listed`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val bob = loggedIn(scope, "bob")
            val group = alice.chat(alice.chats.createGroup("Everybody", emptyList()))
            val message = group.send("come in").delivered()
            val invite = group.createInvite(InviteTerms(maxUses = 1uL))
            assertEquals("Everybody", bob.previewInvite(invite.token).name)
            val joined = bob.chat(bob.acceptInvite(invite.token))
            assertEquals(group.id, joined.id)
            bob.chats.items.until { chats -> chats.any { it.id == group.id } }
            assertTrue(group.invites().isEmpty(), "it is used up")
            val second = group.createInvite()
            group.revokeInvite(second.id)
            assertFailsWith<RelayException> { alice.chat(group.id).revokeInvite(second.id) }
            assertFailsWith<RelayException> { bob.previewInvite("made-up") }
            joined.timeline(scope).use { open ->
                open.items.until { it.messages().isNotEmpty() }
                joined.react(message.id, "👍")
                group.timeline(scope).use { seen ->
                    seen.items.until { items -> items.messages().any { it.reactions.isNotEmpty() } }
                }
            }
            val page = group.reactions(message.id, "👍")
            assertEquals(
                bob.me.value!!
                    .user.id,
                page.items
                    .single()
                    .user.id,
            )
            assertNull(page.nextCursor)
            alice.close()
            bob.close()
        }

    @Test
    fun `a message and a person are reported, but not oneself`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val bob = loggedIn(scope, "bob")
            val bobId =
                bob.me.value!!
                    .user.id
            val chat = alice.chat(alice.chats.openDirect(bobId))
            val hers = chat.send("hello").delivered()
            bob.chats.items.until { chats -> chats.any { it.id == chat.id } }
            val his = bob.chat(chat.id).send("buy now").delivered()
            chat.report(his.id, ReportReason.SPAM, note = "again")
            chat.report(his.id, ReportReason.OTHER)
            alice.people.report(bobId, ReportReason.SELF_HARM)
            val own = assertFailsWith<RelayException> { chat.report(hers.id, ReportReason.SPAM) }
            assertEquals("not_reportable", own.code)
            assertFailsWith<RelayException> { chat.report("no id", ReportReason.SPAM) }
            val oneself = assertFailsWith<RelayException> { bob.people.report(bobId, ReportReason.SPAM) }
            assertEquals("not_reportable", oneself.code)
            alice.close()
            bob.close()
        }

    @Test
    fun `who is blocked says and hears nothing until that is taken back`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val bob = loggedIn(scope, "bob")
            val bobId =
                bob.me.value!!
                    .user.id
            val chat = alice.chat(alice.chats.openDirect(bobId))
            chat.send("hello").delivered()
            bob.chats.items.until { chats -> chats.any { it.id == chat.id } }
            val blocked = alice.people.blocked
            assertEquals(emptyList<User>(), blocked.until { it != null })
            alice.people.block(bobId)
            assertEquals(listOf(bobId), blocked.until { it?.size == 1 }?.map { it.id })
            val hers = chat.send("are you there?")
            assertEquals("blocked_by_you", assertFailsWith<RelayException> { hers.delivered() }.code)
            val his = bob.chat(chat.id).send("are you there?")
            assertEquals("unreachable", assertFailsWith<RelayException> { his.delivered() }.code)
            alice.people.unblock(bobId)
            blocked.until { it?.isEmpty() == true }
            bob.chat(chat.id).send("here I am").delivered()
            assertFailsWith<RelayException> { alice.people.block("no id") }
            alice.close()
            bob.close()
        }

    @Test
    fun `who writes in a group is a setting of it`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val bob = loggedIn(scope, "bob")
            val bobId =
                bob.me.value!!
                    .user.id
            val group = alice.chat(alice.chats.createGroup("News", listOf(bobId)))
            group.change(ChatChange.SendRole(Role.ADMIN))
            group.change(ChatChange.AddRole(Role.MEMBER))
            group.change(ChatChange.PinRole(Role.OWNER))
            val theirs = bob.chat(group.id)
            theirs.summary.until { it.roles() == listOf(Role.ADMIN, Role.MEMBER, Role.OWNER) }
            val refused = assertFailsWith<RelayException> { theirs.send("hi").delivered() }
            assertEquals("forbidden", refused.code)
            group.change(ChatChange.SendRole(Role.MEMBER))
            theirs.summary.until { it.roles()?.first() == Role.MEMBER }
            assertEquals("thanks", theirs.send("thanks").delivered().text)
            alice.close()
            bob.close()
        }

    private fun SummaryState.roles(): List<Role>? =
        (this as? SummaryState.Found)?.summary?.let { listOf(it.sendRole, it.addRole, it.pinRole) }

    @Test
    fun `what is pinned is the same for both`() =
        story { scope ->
            val alice = loggedIn(scope, "alice")
            val bob = loggedIn(scope, "bob")
            val bobId =
                bob.me.value!!
                    .user.id
            val chat = alice.chat(alice.chats.openDirect(bobId))
            val message = chat.send("meet at noon").delivered()
            bob.chats.items.until { chats -> chats.any { it.id == chat.id } }
            assertEquals(emptyList<Message>(), chat.pinned.until { it != null })
            chat.pin(message.id)
            val his = bob.chat(chat.id).pinned.until { it?.size == 1 }!!
            assertEquals("meet at noon", his.single().text)
            assertNotNull(his.single().pinnedAtMs)
            bob.chat(chat.id).pin(message.id, isPinned = false)
            chat.pinned.until { it?.isEmpty() == true }
            assertFailsWith<RelayException> { chat.pin("no id") }
            alice.close()
            bob.close()
        }

    @Test
    fun `sessions are listed, ended, and signed out`() =
        story { scope ->
            val phone = loggedIn(scope, "alice") { deviceName = "phone" }
            val session = phone.auth.sessions().single()
            assertEquals("phone" to true, session.deviceName to session.isCurrent)
            phone.auth.revokeSession(session.id)
            assertIs<ConnectionState.SignedOut>(phone.connection.until { it is ConnectionState.SignedOut })
            val laptop = loggedIn(scope, "bob")
            laptop.auth.signOut()
            assertNull(laptop.me.value)
            phone.close()
            laptop.close()
        }
}
