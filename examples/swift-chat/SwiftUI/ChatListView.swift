import RelayChat
import SwiftUI

/// The chats, newest activity first.
struct ChatListView: View {
    let client: RelayClient
    @State private var model: ChatListModel

    init(client: RelayClient) {
        self.client = client
        _model = State(initialValue: ChatListModel(client))
    }

    var body: some View {
        NavigationStack {
            List(model.items) { chat in
                NavigationLink(value: chat.id) { ChatRow(chat: chat) }
            }
            .overlay {
                if model.items.isEmpty && !model.state.isLoading {
                    ContentUnavailableView("No chats yet", systemImage: "bubble.left.and.bubble.right")
                }
            }
            .navigationTitle("Chats")
            .navigationDestination(for: String.self) { id in
                if let chat = try? client.chat(id) { ConversationView(chat: chat) }
            }
            .toolbar {
                Button("Log out") { Task { try? await client.auth.signOut() } }
            }
        }
        .task { await model.follow() }
    }
}

struct ChatRow: View {
    let chat: ChatSummary

    var body: some View {
        HStack {
            VStack(alignment: .leading) {
                Text(chat.title).font(.headline)
                Text(preview).lineLimit(1).foregroundStyle(.secondary)
            }
            Spacer()
            VStack(alignment: .trailing) {
                Text(chat.lastActivityAt, style: .time).font(.caption)
                if chat.unreadCount > 0 {
                    Text("\(chat.unreadCount)")
                        .font(.caption.bold())
                        .padding(.horizontal, 6)
                        .background(.tint, in: Capsule())
                        .foregroundStyle(.white)
                        .accessibilityLabel("\(chat.unreadCount) unread")
                }
            }
        }
    }

    private var preview: String {
        if let name = chat.typing.first?.name { return "\(name) is typing…" }
        guard let message = chat.lastMessage else { return "" }
        return message.text.isEmpty ? "Picture" : message.text
    }
}
