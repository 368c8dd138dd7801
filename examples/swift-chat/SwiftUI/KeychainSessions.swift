import Foundation
import RelayChat
import Security

/// Keeps the session of a login in the keychain of this device, readable once it was unlocked.
final class KeychainSessions: SessionStore {
    struct Refused: Error { let status: OSStatus }

    private var item: [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: "relaychat", kSecAttrAccount: "session"]
    }

    func load() throws -> String? {
        var query = item
        query[kSecReturnData] = true
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let data = found as? Data else { throw Refused(status: status) }
        return String(data: data, encoding: .utf8)
    }

    func save(session: String?) throws {
        let removed = SecItemDelete(item as CFDictionary)
        guard removed == errSecSuccess || removed == errSecItemNotFound else {
            throw Refused(status: removed)
        }
        guard let session else { return }
        var added = item
        added[kSecValueData] = Data(session.utf8)
        added[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        let status = SecItemAdd(added as CFDictionary, nil)
        guard status == errSecSuccess else { throw Refused(status: status) }
    }
}
