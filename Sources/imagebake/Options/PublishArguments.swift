public import ArgumentParser
public import DiskImages
public import Publish

extension DiskFormat: ExpressibleByArgument {}
extension RetireAction: ExpressibleByArgument {}
extension PropertyProfile: ExpressibleByArgument {}
extension Publish.Visibility: ExpressibleByArgument {}
