// swift-tools-version:6.0
import PackageDescription

// On Apple platforms the core comes as an XCFramework (packaging/ios/build-xcframework.sh). On
// Linux it is the shared library of the Rust crate, found with -L and -rpath on the command line.
// RELAYCHAT_CORE says otherwise: that is how Linux checks the other branch.
#if os(Linux)
    let isFramework = Context.environment["RELAYCHAT_CORE"] == "xcframework"
#else
    let isFramework = Context.environment["RELAYCHAT_CORE"] != "system"
#endif

let ffi: Target =
    isFramework
    ? .binaryTarget(name: "RelayChatFFI", path: "RelayChatFFI.xcframework")
    : .systemLibrary(name: "RelayChatFFI", path: "Sources/RelayChatFFI")

let package = Package(
    name: "RelayChat",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [
        .library(name: "RelayChat", targets: ["RelayChat"])
    ],
    targets: [
        ffi,
        // All of it is generated. Language mode 5: the compiler of Swift 6.0.3 crashes on what is
        // generated for asynchronous callbacks when it checks it in mode 6.
        .target(
            name: "RelayChatCore", dependencies: ["RelayChatFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)]),
        .target(name: "RelayChat", dependencies: ["RelayChatCore"]),
        .testTarget(name: "RelayChatTests", dependencies: ["RelayChat", "RelayChatCore"]),
    ]
)
