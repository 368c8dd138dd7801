import RelayChat
import SwiftUI

/// An entry of a timeline.
struct TimelineRow: View {
    let item: TimelineItem
    let chat: Chat

    var body: some View {
        switch item {
        case .start:
            divider(Text("The beginning"))
        case .dateDivider(_, let day):
            let date = Date(timeIntervalSince1970: Double(day) / 1000)
            divider(Text(date, format: .dateTime.day().month().year()))
        case .unreadDivider(_, let count):
            divider(Text("\(count) new"))
        case .posted(_, let message):
            MessageRow(message: message, chat: chat)
        case .told(_, let line):
            if let event = line.event {
                divider(Text("\(line.sender.name): \(String(describing: event.kind))"))
            }
        }
    }

    private func divider(_ text: Text) -> some View {
        text.font(.caption).foregroundStyle(.secondary).frame(maxWidth: .infinity).padding(.vertical, 4)
    }
}

/// A message, with what became of it when it is one's own.
struct MessageRow: View {
    let message: Message
    let chat: Chat

    var body: some View {
        VStack(alignment: message.isOwn ? .trailing : .leading, spacing: 2) {
            if !message.isOwn { Text(message.sender.name).font(.caption.bold()) }
            ForEach(message.attachments) { attachment in
                Label(attachment.fileName ?? "Picture", systemImage: "photo")
            }
            if !message.text.isEmpty {
                Text(message.text)
                    .padding(8)
                    .background(.quaternary, in: RoundedRectangle(cornerRadius: 12))
            }
            status
        }
        .frame(maxWidth: .infinity, alignment: message.isOwn ? .trailing : .leading)
    }

    @ViewBuilder private var status: some View {
        if message.state == .failed, let sent = try? chat.outgoing(message.id) {
            HStack {
                Text("Not sent").foregroundStyle(.red)
                Button("Try again") { sent.retry() }
                Button("Remove", role: .destructive) { sent.cancel() }
            }
            .font(.caption)
        } else if let progress = message.uploadProgress {
            ProgressView(value: progress).frame(width: 120)
        } else if let state = message.state {
            Text(words(for: state)).font(.caption2).foregroundStyle(.secondary)
        }
    }

    private func words(for state: DeliveryState) -> String {
        switch state {
        case .queued, .uploading, .sending: "Sending…"
        case .sent: "Sent"
        case .delivered: "Delivered"
        case .read: "Read"
        case .failed: "Not sent"
        }
    }
}
