import ArgumentParser
import Pipeline

/// How a bake uses what is in the cache, and how far it goes.
struct CacheOptions: ParsableArguments {
    @Option(help: "Stop after this stage, keep its product and print where it is; a later build goes on from there.")
    var until: StageName?

    @Option(help: "Make this stage and all that follow it anew.")
    var refresh: StageName?

    @Flag(help: "Use nothing from the cache; make all of it anew.")
    var noCache = false

    @Option(help: "Use nothing from the cache that is older, or made of something older: '7d', '12h'.")
    var maxAge: Age?

    func validate() throws {
        if noCache, refresh != nil {
            throw ValidationError("--no-cache makes all stages anew; --refresh says which. Give one of them.")
        }
    }

    /// Puts them where a bake looks for them.
    func apply(to options: inout BakeOptions) {
        options.until = until
        options.refresh = refresh
        options.ignoresCache = noCache
        options.maxAge = maxAge?.duration
    }
}
