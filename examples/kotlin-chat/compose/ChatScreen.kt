package dev.relaychat.example.compose

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.Button
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import dev.relaychat.sdk.Chat
import dev.relaychat.sdk.DeliveryState
import dev.relaychat.sdk.Message
import dev.relaychat.sdk.TimelineItem
import dev.relaychat.sdk.key
import dev.relaychat.sdk.messages

/** One chat in Compose: newest below, read while it is on the screen, typed text kept. */
@Composable
fun ChatScreen(chat: Chat) {
    val timeline = remember(chat.id) { chat.timeline() }
    DisposableEffect(timeline) { onDispose { timeline.close() } }
    val items by timeline.items.collectAsStateWithLifecycle()
    val status by timeline.status.collectAsStateWithLifecycle()
    LaunchedEffect(items) {
        items
            .messages()
            .lastOrNull()
            ?.seq
            ?.let { chat.markRead(it) }
    }
    Column(Modifier.fillMaxSize()) {
        LazyColumn(Modifier.weight(1f).fillMaxWidth(), reverseLayout = true) {
            items(items.asReversed(), key = { it.key }) { TimelineRow(it) }
            if (status.hasBefore) {
                item { LaunchedEffect(items.size) { timeline.loadBefore() } }
            }
        }
        Composer(chat)
    }
}

@Composable
private fun TimelineRow(item: TimelineItem) {
    when (item) {
        is TimelineItem.Start -> Text("The beginning")
        is TimelineItem.DateDivider -> HorizontalDivider()
        is TimelineItem.UnreadDivider -> Text("${item.count} unread")
        is TimelineItem.Posted -> Bubble(item.message)
        is TimelineItem.Told -> item.message.event?.let { Text("${item.message.sender.name}: ${it.kind}") }
    }
}

@Composable
private fun Bubble(message: Message) {
    val side = if (message.isOwn) Arrangement.End else Arrangement.Start
    Row(Modifier.fillMaxWidth(), horizontalArrangement = side) {
        Column {
            Text(message.sender.name)
            Text(message.text)
            if (message.state == DeliveryState.FAILED) Text(message.failure?.detail.orEmpty())
        }
    }
}

@Composable
private fun Composer(chat: Chat) {
    val typed by chat.typed.collectAsStateWithLifecycle()
    Row(Modifier.fillMaxWidth()) {
        OutlinedTextField(
            value = typed,
            onValueChange = {
                chat.setTyped(it)
                chat.setTyping(it.isNotEmpty())
            },
            modifier = Modifier.weight(1f),
        )
        Button(
            onClick = {
                chat.send(typed)
                chat.setTyped("")
            },
            enabled = typed.isNotBlank(),
        ) { Text("Send") }
    }
}
