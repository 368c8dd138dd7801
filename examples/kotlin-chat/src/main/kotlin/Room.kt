package dev.relaychat.example

import dev.relaychat.sdk.Chat
import dev.relaychat.sdk.ChatSummary
import dev.relaychat.sdk.CodeRequested
import dev.relaychat.sdk.ConnectionState
import dev.relaychat.sdk.Draft
import dev.relaychat.sdk.FileSessionStore
import dev.relaychat.sdk.Member
import dev.relaychat.sdk.Message
import dev.relaychat.sdk.Outgoing
import dev.relaychat.sdk.RelayClient
import dev.relaychat.sdk.RelayException
import dev.relaychat.sdk.SearchHit
import dev.relaychat.sdk.SummaryState
import dev.relaychat.sdk.Timeline
import dev.relaychat.sdk.TimelineItem
import dev.relaychat.sdk.code
import dev.relaychat.sdk.imageFile
import dev.relaychat.sdk.messages
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.io.File

/*
 * The Kotlin participant of `examples/room`: see the README there for the commands.
 */

/** How long a command may wait for the others. */
private const val DEADLINE_MS = 60_000L

/** Obeys one line after the other until the input ends. */
suspend fun takePart(
    url: String,
    storePath: String,
) = coroutineScope {
    val room = Participant(this, url, storePath)
    while (true) {
        val line = withContext(Dispatchers.IO) { readlnOrNull() } ?: break
        val answer =
            try {
                withTimeout(DEADLINE_MS) { ok(room.obey(line.substringBefore(' '), line.substringAfter(' ', ""))) }
            } catch (late: TimeoutCancellationException) {
                failure("timeout", room.shown())
            } catch (failed: RelayException) {
                failure(failed.code, failed.message.orEmpty())
            } catch (wrong: IllegalStateException) {
                failure("usage", wrong.message.orEmpty())
            }
        println(answer)
        System.out.flush()
        if (line == "quit") break
    }
    room.leave()
    // What follows the chat would go on for ever.
    coroutineContext.cancelChildren()
}

private class Participant(
    private val scope: CoroutineScope,
    url: String,
    storePath: String,
) {
    private val client =
        RelayClient(url, scope) {
            this.storePath = storePath
            sessionStore = FileSessionStore(File("$storePath.session"))
            deviceName = "room"
        }
    private var requested: CodeRequested? = null
    private var chat: Chat? = null
    private var timeline: Timeline? = null
    private val queued = mutableListOf<Outgoing>()

    suspend fun obey(
        command: String,
        rest: String,
    ): Map<String, Any> =
        when (command) {
            "login" -> logIn(rest)
            "code" -> mapOf("user_id" to enter(rest))
            "group" -> mapOf("chat_id" to group(rest.split(' ')))
            "open" -> nothing { open(rest) }
            "send" -> queue(Draft(rest))
            "image" -> queue(Draft("", listOf(imageFile(rest))))
            "reply" -> named(rest).let { (id, text) -> sent(here().reply(id, text)) }
            "edit" -> nothing { named(rest).let { (id, text) -> here().edit(id, text) } }
            "delete" -> nothing { here().delete(named(rest).first) }
            "react" -> nothing { named(rest).let { (id, emoji) -> here().react(id, emoji) } }
            "delivered" -> nothing { delivered() }
            "search" -> mapOf("found" to client.search(rest).items.map(::line))
            "typing" -> nothing { here().setTyping(true) }
            "sees_typing" -> nothing { summary { it.typing.isNotEmpty() } }
            "read" -> nothing { summary { true }.let { here().markRead(it.lastSeq) } }
            "offline" -> nothing { client.setNetworkOnline(false) }
            "online" -> nothing { comeOnline() }
            "settle" -> nothing { settle(rest.toInt()) }
            "transcript" -> mapOf("lines" to transcript())
            "quit" -> nothing { leave() }
            else -> error("there is no command `$command`")
        }

    suspend fun leave() = client.close()

    /** What is here, for who wonders why a command came to nothing. */
    fun shown(): String = "${client.connection.value} ${timeline?.items?.value?.messages()?.map { it.seq to it.text }}"

    private suspend fun logIn(email: String): Map<String, Any> {
        client.connect()
        if (client.connection.value == ConnectionState.Connected) return mapOf("logged_in" to true)
        requested = client.auth.requestCode(email)
        return emptyMap()
    }

    private suspend fun enter(code: String): String {
        val requested = checkNotNull(requested) { "nobody asked for a code" }
        val me = client.auth.verifyCode(requested.requestId, code)
        client.connection.first { it == ConnectionState.Connected }
        return me.user.id
    }

    private suspend fun group(words: List<String>): String {
        val ids =
            words.drop(1).map { email ->
                client.people
                    .list(query = email)
                    .items
                    .single()
                    .id
            }
        return client.chats.createGroup(words.first(), ids)
    }

    private suspend fun open(id: String) {
        val opened = client.chat(id)
        chat = opened
        opened.summary.first { it is SummaryState.Found }
        timeline = opened.timeline()
        timeline?.status?.first { !it.isLoading }
        // They are followed while somebody collects them.
        opened.summary.launchIn(scope)
        opened.members.launchIn(scope)
    }

    /** The message that the first word names by its place, and the other words. */
    private fun named(words: String): Pair<String, String> {
        val seq = words.substringBefore(' ').toULong()
        val found = items().value.messages().find { it.seq == seq }
        return checkNotNull(found) { "there is no such message here" }.id to words.substringAfter(' ', "")
    }

    private fun queue(draft: Draft) = sent(here().send(draft))

    private fun sent(outgoing: Outgoing): Map<String, Any> {
        queued += outgoing
        return mapOf("message_id" to outgoing.id)
    }

    private suspend fun delivered() {
        queued.forEach { it.delivered() }
        queued.clear()
        items().first { items -> items.messages().all { it.seq != null && it.pending == null } }
    }

    private suspend fun comeOnline() {
        client.setNetworkOnline(true)
        client.connection.first { it == ConnectionState.Connected }
    }

    private suspend fun settle(count: Int) {
        items().first { items -> items.messages().let { all -> all.size == count && all.all { it.seq != null } } }
        val newest =
            items()
                .value
                .messages()
                .last()
                .seq
        here().members.first { all -> all.all { it.readSeq == newest && it.deliveredSeq == newest } }
        summary { it.unreadCount == 0uL }
    }

    private fun transcript(): List<String> {
        val found = (here().summary.value as? SummaryState.Found)?.summary ?: error("the chat is not known yet")
        val head = "chat ${found.title} members ${found.memberCount} unread ${found.unreadCount}"
        val members = here().members.value.sortedBy { it.user.name }
        return listOf(head) + items().value.messages().map(::line) + members.map(::line)
    }

    private fun line(message: Message): String {
        val files = message.attachments.map { "[image ${it.width}x${it.height} ${it.contentType}]" }
        val quote = message.replyTo?.let { ">${it.seq}" }
        val edited = message.editedAtMs?.let { "(edited)" }
        val state = if (message.isDeleted) "(deleted)" else edited
        val reactions = message.reactions.map { "${it.emoji}x${it.count}" }
        val head = listOf(message.seq?.toString() ?: "-", message.sender.name)
        val text = listOfNotNull(quote, message.text.ifEmpty { null })
        return (head + text + files + listOfNotNull(state) + reactions).joinToString(" ")
    }

    private fun line(hit: SearchHit): String {
        val lit = hit.highlights.map { hit.message.text.substring(it.start.toInt(), it.end.toInt()) }
        return "${hit.message.seq} ${lit.joinToString("|")}"
    }

    private fun line(member: Member) = "read ${member.user.name} ${member.readSeq} delivered ${member.deliveredSeq}"

    private suspend fun summary(isMet: (ChatSummary) -> Boolean): ChatSummary {
        val found = here().summary.first { it is SummaryState.Found && isMet(it.summary) }
        return (found as SummaryState.Found).summary
    }

    private fun here() = checkNotNull(chat) { "no chat is open" }

    private fun items(): StateFlow<List<TimelineItem>> = checkNotNull(timeline) { "no chat is open" }.items

    private suspend fun nothing(act: suspend () -> Any?): Map<String, Any> {
        act()
        return emptyMap()
    }
}

private fun ok(values: Map<String, Any>) = json(mapOf("ok" to true) + values)

private fun failure(
    code: String,
    detail: String,
) = json(mapOf("ok" to false, "code" to code, "detail" to detail))

/** JSON of what is answered here: no library for three kinds of values. */
private fun json(value: Any?): String =
    when (value) {
        is Map<*, *> -> value.entries.joinToString(",", "{", "}") { "${json(it.key)}:${json(it.value)}" }
        is List<*> -> value.joinToString(",", "[", "]") { json(it) }
        is Boolean, is Number -> "$value"
        else -> "\"" + value.toString().flatMap { escaped(it).toList() }.joinToString("") + "\""
    }

private fun escaped(letter: Char): String =
    when {
        letter == '"' || letter == '\\' -> "\\$letter"
        letter < ' ' -> "\\u%04x".format(letter.code)
        else -> "$letter"
    }
