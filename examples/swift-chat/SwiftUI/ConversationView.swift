import RelayChat
import SwiftUI

/// One chat: what was said, and a line to say more.
struct ConversationView: View {
    let chat: Chat
    @State private var model: TimelineModel
    @State private var text: String

    init(chat: Chat) {
        self.chat = chat
        _model = State(initialValue: TimelineModel(chat))
        _text = State(initialValue: chat.draft.value)
    }

    var body: some View {
        ScrollView {
            LazyVStack(alignment: .leading) {
                if model.state.hasBefore {
                    ProgressView().task { try? await model.timeline.loadBefore() }
                }
                ForEach(model.items) { item in
                    TimelineRow(item: item, chat: chat)
                }
            }
            .padding()
        }
        .defaultScrollAnchor(.bottom)
        .safeAreaInset(edge: .bottom) { composer }
        .navigationTitle(chat.summary.value.found?.title ?? "")
        .task { await model.follow() }
        .onChange(of: model.items.last?.message?.seq, initial: true) { _, seq in
            if let seq { chat.markRead(upTo: seq) }
        }
    }

    private var composer: some View {
        HStack {
            TextField("Message", text: $text, axis: .vertical)
                .textFieldStyle(.roundedBorder)
                .onChange(of: text) { _, text in
                    chat.setDraft(text)
                    chat.setTyping(!text.isEmpty)
                }
            Button("Send", systemImage: "arrow.up.circle.fill") {
                chat.send(.text(text))
                text = ""
            }
            .labelStyle(.iconOnly)
            .disabled(text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty)
        }
        .padding()
        .background(.bar)
    }
}
