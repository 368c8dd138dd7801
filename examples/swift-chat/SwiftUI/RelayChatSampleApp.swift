import RelayChat
import SwiftUI

/// A complete small chat in SwiftUI. These sources are checked for style with the rest of the
/// project and are not built by it: that takes an Apple machine. Put them into an application target
/// that depends on the package `RelayChat`.
@main
struct RelayChatSampleApp: App {
    @Environment(\.scenePhase) private var phase
    @State private var account = Account()

    var body: some Scene {
        WindowGroup {
            RootView().environment(account)
        }
        .onChange(of: phase) { _, phase in
            Task { await account.follow(phase) }
        }
    }
}

/// Who is logged in: asks until somebody is.
struct RootView: View {
    @Environment(Account.self) private var account

    var body: some View {
        Group {
            switch account.state {
            case .starting: ProgressView()
            case .signedOut(let client): LoginView(client: client)
            case .signedIn(let client): ChatListView(client: client)
            case .broken(let reason): ContentUnavailableView(reason, systemImage: "bolt.slash")
            }
        }
        .task { await account.start() }
    }
}
