using System.Collections.Concurrent;

namespace ZProc.Core.Processes;

/// <summary>The children of this process whose end is not complete.</summary>
internal static class RunningChildren
{
    private static readonly ConcurrentDictionary<ChildProcess, bool> Children = new();

    public static void Add(ChildProcess child) => Children[child] = true;

    public static void Remove(ChildProcess child) => Children.TryRemove(child, out _);

    /// <summary>Waits until the end of every child is complete.</summary>
    /// <param name="bound">When to give up.</param>
    public static void WaitForAll(TimeSpan bound) => Task.WaitAll(Children.Keys.Select(child => child.Exited).ToArray(), bound);
}
