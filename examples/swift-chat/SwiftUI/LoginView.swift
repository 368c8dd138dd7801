import RelayChat
import SwiftUI

/// An address, then the code that was sent to it.
struct LoginView: View {
    let client: RelayClient
    @State private var email = ""
    @State private var code = ""
    @State private var requestID: String?
    @State private var problem: String?
    @State private var isBusy = false

    var body: some View {
        Form {
            if let requestID {
                TextField("Code", text: $code)
                    .keyboardType(.numberPad)
                    .textContentType(.oneTimeCode)
                Button("Log in") { act { try await client.auth.verifyCode(requestID, code) } }
                Button("Another address", role: .cancel) { self.requestID = nil }
            } else {
                TextField("E-mail", text: $email)
                    .keyboardType(.emailAddress)
                    .textContentType(.emailAddress)
                    .textInputAutocapitalization(.never)
                Button("Send a code") {
                    act { requestID = try await client.auth.requestCode(email).requestId }
                }
            }
            if let problem { Text(problem).foregroundStyle(.red) }
        }
        .disabled(isBusy)
    }

    private func act(_ call: @escaping @MainActor () async throws -> Void) {
        Task {
            (isBusy, problem) = (true, nil)
            defer { isBusy = false }
            do {
                try await call()
            } catch let error as RelayError {
                problem = words(for: error)
            } catch {}
        }
    }

    private func words(for error: RelayError) -> String {
        switch error.code {
        case "code_invalid": "This is not the code of the newest mail."
        case "rate_limited": "Too many tries. Wait a moment."
        case "network": "The server cannot be reached."
        default: "That did not work."
        }
    }
}
