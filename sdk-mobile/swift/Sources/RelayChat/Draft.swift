import Foundation
import RelayChatCore

/// What to send.
///
/// ```swift
/// try chat.send(.text("hi").attaching(.file(photo)))
/// ```
public typealias Draft = RelayChatCore.Draft
/// A file to send.
public typealias Upload = RelayChatCore.Upload

extension Draft {
    /// A text.
    public static func text(_ text: String) -> Draft {
        Draft(text: text)
    }

    /// A file without words.
    public static func attachment(_ upload: Upload) -> Draft {
        Draft(text: "", uploads: [upload])
    }

    /// With one more file.
    public func attaching(_ upload: Upload) -> Draft {
        Draft(text: text, uploads: uploads + [upload])
    }
}

extension Upload {
    /// A file of this device, which is read when it is sent. Its type is that of its name unless it
    /// is given: a picture becomes an image, without its metadata, and any other file goes byte for
    /// byte.
    public static func file(_ file: URL, contentType: String? = nil) -> Upload {
        Upload(
            content: .file(path: file.path),
            contentType: contentType ?? imageType(of: file),
            fileName: file.lastPathComponent)
    }

    /// Bytes in memory, such as a picture that was just taken.
    public static func data(_ data: Data, contentType: String, fileName: String? = nil) -> Upload {
        Upload(content: .bytes(bytes: data), contentType: contentType, fileName: fileName)
    }

    /// The same with its size in pixels: the echo then reserves the room.
    public func sized(width: UInt32, height: UInt32) -> Upload {
        var sized = self
        (sized.width, sized.height) = (width, height)
        return sized
    }

    private static func imageType(of file: URL) -> String {
        switch file.pathExtension.lowercased() {
        case "jpg", "jpeg": "image/jpeg"
        case "png": "image/png"
        case "gif": "image/gif"
        case "webp": "image/webp"
        default: "application/octet-stream"
        }
    }
}
