using System.Reflection;

namespace ZProc.Core.Engines.Redis;

/// <summary>The scripts that the engine runs. Each runs whole, with nothing in between.</summary>
internal static class RedisScript
{
    /// <summary>Makes a commit.</summary>
    public static readonly string Commit = Numbered("commit");

    /// <summary>Takes or queues for a turn.</summary>
    public static readonly string Acquire = Numbered("acquire");

    /// <summary>Tells the outcome of a request that was carried out.</summary>
    public static readonly string Outcome = Numbered("outcome");

    /// <summary>Takes the place of a request that was withdrawn.</summary>
    public static readonly string Nothing = Numbered("nothing");

    /// <summary>Ends a turn.</summary>
    public static readonly string Release = Plain("release");

    /// <summary>Takes a ticket out of its queue.</summary>
    public static readonly string Withdraw = Plain("withdraw");

    /// <summary>Ends the turns and tickets of a client or a source.</summary>
    public static readonly string End = Plain("end");

    /// <summary>Makes a client a member.</summary>
    public static readonly string Join = Plain("join");

    /// <summary>A sign of life.</summary>
    public static readonly string Beat = ForMembers("beat");

    /// <summary>Strikes a client off.</summary>
    public static readonly string Bury = Plain("bury");

    /// <summary>Reads keys.</summary>
    public static readonly string Read = ForMembers("read");

    /// <summary>Reads a namespace.</summary>
    public static readonly string Snapshot = ForMembers("snapshot");

    /// <summary>Reads updates.</summary>
    public static readonly string Page = ForMembers("page");

    /// <summary>Lists the namespaces.</summary>
    public static readonly string Spaces = ForMembers("spaces");

    private static string Plain(string name) => Text("common") + Text(name);

    private static string ForMembers(string name) => Text("common") + Text("member") + Text(name);

    private static string Numbered(string name) => Text("common") + Text("numbered") + Text(name);

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"ZProc.Core.Engines.Redis.Scripts.{name}.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
