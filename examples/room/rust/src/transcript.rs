//! What the chat and its timeline show, in lines that hold nothing of one device.

use std::sync::Arc;

use relaychat_sdk::{ChatSummary, Member, Message, SearchHit, SearchPage};

/// The lines as the README of the room has them.
pub(crate) fn lines(
    summary: &ChatSummary,
    messages: &[Arc<Message>],
    members: &[Arc<Member>],
) -> Vec<String> {
    let head = format!(
        "chat {} members {} unread {}",
        summary.title, summary.member_count, summary.unread_count
    );
    let mut members = members.to_vec();
    members.sort_by(|one, other| one.user.name.cmp(&other.user.name));
    let said = messages.iter().map(|message| said(message));
    let read = members.iter().map(|member| {
        format!(
            "read {} {} delivered {}",
            member.user.name, member.read_seq, member.delivered_seq
        )
    });
    std::iter::once(head).chain(said).chain(read).collect()
}

/// What was found: the place of each message, and what is highlighted in it.
pub(crate) fn found(page: &SearchPage) -> Vec<String> {
    let line = |hit: &SearchHit| {
        let message = &hit.message;
        let lit = hit.highlights.iter();
        let lit: Vec<&str> = lit.map(|range| &message.text[range.clone()]).collect();
        format!("{} {}", message.seq.unwrap_or(0), lit.join("|"))
    };
    page.items.iter().map(line).collect()
}

fn said(message: &Message) -> String {
    let mut words = vec![
        message
            .seq
            .map_or_else(|| "-".to_owned(), |seq| seq.to_string()),
        message.sender.name.clone(),
    ];
    if let Some(quote) = &message.reply_to {
        words.push(format!(">{}", quote.seq));
    }
    if !message.text.is_empty() {
        words.push(message.text.clone());
    }
    for attachment in &message.attachments {
        let info = &attachment.info;
        words.push(format!(
            "[image {}x{} {}]",
            info.width, info.height, info.content_type
        ));
    }
    if message.is_deleted {
        words.push("(deleted)".to_owned());
    } else if message.edited_at_ms.is_some() {
        words.push("(edited)".to_owned());
    }
    for reaction in &message.reactions {
        words.push(format!("{}x{}", reaction.emoji, reaction.count));
    }
    words.join(" ")
}
