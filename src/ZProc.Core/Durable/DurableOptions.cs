namespace ZProc.Core.Durable;

/// <summary>Where and when a store keeps its updates.</summary>
/// <param name="Folder">The full path of the folder, which belongs to one server at a time. It is made when it is missing; its parent has to exist.</param>
/// <param name="Durability">When an update is on disk.</param>
public sealed record DurableOptions(string Folder, Durability Durability = Durability.Always)
{
    /// <summary>The time after which <see cref="Durability.Interval"/> writes what was acknowledged: 0.1 s.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(100);
}
