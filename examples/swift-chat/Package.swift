// swift-tools-version:6.0
import PackageDescription

let package = Package(
    name: "swift-chat",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "RelayChat", path: "../../sdk-mobile/swift")],
    targets: [
        .executableTarget(
            name: "swift-chat", dependencies: [.product(name: "RelayChat", package: "RelayChat")])
    ]
)
