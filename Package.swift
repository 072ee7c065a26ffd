// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "imagebake",
    products: [
        .executable(name: "imagebake", targets: ["imagebake"]),
        // For tests: what a program is started with whose clock is to jump.
        .library(name: "JumpingClock", type: .dynamic, targets: ["JumpingClock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        // The system libraries, found through pkg-config (libvirt-dev, libguestfs-dev, libnbd-dev).
        .systemLibrary(
            name: "CLibvirt",
            path: "Sources/Libvirt/CLibvirt",
            pkgConfig: "libvirt",
            providers: [.apt(["libvirt-dev"])]
        ),
        .systemLibrary(
            name: "CGuestfs",
            path: "Sources/Guestfs/CGuestfs",
            pkgConfig: "libguestfs",
            providers: [.apt(["libguestfs-dev"])]
        ),
        .systemLibrary(
            name: "CNbd",
            path: "Sources/DiskImages/CNbd",
            pkgConfig: "libnbd",
            providers: [.apt(["libnbd-dev"])]
        ),
        // SHA-512 crypt of the C library, for hashed root passwords.
        .systemLibrary(
            name: "CCrypt",
            path: "Sources/Recipes/CCrypt",
            pkgConfig: "libcrypt",
            providers: [.apt(["libcrypt-dev"])]
        ),

        // The modules at the bottom do not know each other, save that Publish uses DiskImages.
        .target(
            name: "Recipes",
            dependencies: [
                "CCrypt", crypto, subprocess, system, yams, .product(name: "Mustache", package: "swift-mustache"),
            ],
            exclude: ["CCrypt"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Libvirt",
            dependencies: ["CLibvirt", system],
            exclude: ["CLibvirt"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Guestfs",
            dependencies: ["CGuestfs", "Inventory", subprocess, system],
            exclude: ["CGuestfs"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "DiskImages",
            dependencies: ["CNbd", crypto, subprocess, system],
            exclude: ["CNbd"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "InstallTrees",
            dependencies: [
                crypto, subprocess, system,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Publish",
            dependencies: [
                "DiskImages", system, yams,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: swiftSettings
        ),

        // Package databases and bills of materials: pure, and no other module known to it.
        .target(
            name: "Inventory",
            swiftSettings: swiftSettings
        ),

        // What logs mean: pure, and no other module known to it.
        .target(
            name: "Diagnosis",
            swiftSettings: swiftSettings
        ),

        .target(
            name: "Pipeline",
            dependencies: [
                "Diagnosis", "DiskImages", "Guestfs", "InstallTrees", "Inventory", "Libvirt", "Publish", "Recipes",
                crypto,
                subprocess, system,
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "imagebake",
            dependencies: [
                "Diagnosis", "DiskImages", "Guestfs", "Inventory", "Pipeline", "Publish", "Recipes", system, yams,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings
        ),

        .target(
            name: "TestSupport",
            dependencies: [subprocess, system],
            path: "Tests/TestSupport",
            swiftSettings: swiftSettings
        ),
        .target(name: "JumpingClock", path: "Tests/JumpingClock"),
        .testTarget(
            name: "DiagnosisTests",
            dependencies: ["Diagnosis", "TestSupport"],
            exclude: ["Logs"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "DiskImagesTests",
            dependencies: ["DiskImages", "TestSupport", crypto, subprocess, system],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "GuestfsTests",
            dependencies: ["CGuestfs", "Guestfs", "Inventory", "TestSupport", crypto, subprocess, system],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ImagebakeTests",
            dependencies: [
                "Pipeline", "Recipes", "TestSupport", .target(name: "imagebake"), subprocess, system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "InstallTreesTests",
            dependencies: [
                "InstallTrees", "TestSupport", crypto, subprocess, system,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "InventoryTests",
            dependencies: ["Inventory", "TestSupport", subprocess, system],
            exclude: ["Golden"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LibvirtTests",
            dependencies: ["CLibvirt", "Libvirt", "Pipeline", "Recipes", "TestSupport", subprocess, system],
            exclude: ["Golden"],
            swiftSettings: swiftSettings
        ),
        // Real Keystone and Glance, see Tests/OpenStackLab.
        .testTarget(
            name: "OpenStackTests",
            dependencies: ["DiskImages", "Publish", "TestSupport", crypto, system],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Diagnosis", "DiskImages", "Guestfs", "InstallTrees", "Inventory", "Libvirt", "Pipeline", "Publish",
                "Recipes", "TestSupport",
                system,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "PublishTests",
            dependencies: [
                "DiskImages", "Publish", "TestSupport", crypto, subprocess, system,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RecipesTests",
            dependencies: ["Recipes", "TestSupport", crypto, subprocess, system, yams],
            exclude: ["Fixtures", "Golden"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["imagebake", "TestSupport", subprocess, system],
            swiftSettings: swiftSettings
        ),
    ],
    swiftLanguageModes: [.v6]
)
