public import ArgumentParser
public import Pipeline

extension StageName: ExpressibleByArgument {}
