import Foundation
import Observation
import RelayChat
import SwiftUI
import UIKit

/// The client of this installation, for as long as the application runs.
@MainActor @Observable
final class Account {
    enum State {
        case starting
        case signedOut(RelayClient)
        case signedIn(RelayClient)
        case broken(String)
    }

    private(set) var state: State = .starting
    @ObservationIgnored private var client: RelayClient?

    /// Connects and follows who is logged in until the task is cancelled.
    func start() async {
        do {
            let client = try self.client ?? makeClient()
            self.client = client
            try await client.connect()
            for await me in client.me {
                state = me == nil ? .signedOut(client) : .signedIn(client)
            }
        } catch is CancellationError {
            // The view is gone; it comes back to the same client.
        } catch {
            state = .broken(error.localizedDescription)
        }
    }

    /// The system freezes what is in the background: nothing may be half written by then.
    func follow(_ phase: ScenePhase) async {
        switch phase {
        case .background: try? await client?.suspend()
        case .active: client?.resume()
        default: break
        }
    }

    private func makeClient() throws -> RelayClient {
        guard let url = URL(string: "https://chat.example.com") else { throw RelayError.Closed }
        let folder = try FileManager.default.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        return try RelayClient(
            url: url,
            options: .init(
                storeURL: folder.appendingPathComponent("relay.db"), sessions: KeychainSessions(),
                deviceName: UIDevice.current.model))
    }
}
