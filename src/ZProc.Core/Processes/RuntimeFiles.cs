using System.Globalization;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>
/// The files that .NET and PowerShell keep in the temporary folder while a process runs: pipes for debuggers and
/// diagnostic tools. A killed process leaves them behind, so its killer removes them.
/// </summary>
public static class RuntimeFiles
{
    /// <summary>Removes the files of processes that have ended, or are about to.</summary>
    /// <param name="ids">The ids of the processes, which had the same temporary folder as this one.</param>
    public static void Remove(IReadOnlyCollection<int> ids)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // pipes are no files there
        }

        foreach (var file in Find(ids))
        {
            Remove(file);
        }
    }

    /// <summary>The files of processes. One reading of the folder finds all kinds, as the folder may hold many files of others.</summary>
    private static List<string> Find(IReadOnlyCollection<int> ids)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Path.GetTempPath()).Where(file => OwnerOf(Path.GetFileName(file)) is { } owner && ids.Contains(owner))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: the folder is not there or not ours. Then the processes cannot have written to it, either.
            ZProcEventSource.Log.FaultCaught(nameof(RuntimeFiles), e);
            return [];
        }
    }

    /// <summary>The process of <c>dotnet-diagnostic-ID-START-socket</c>, <c>clr-debug-pipe-ID-START-in</c> or <c>CoreFxPipe_PSHost.TIME.ID.DOMAIN.NAME</c>; null for any other name.</summary>
    private static int? OwnerOf(string name)
    {
        var id = name.StartsWith("dotnet-diagnostic-", StringComparison.Ordinal) && name.EndsWith("-socket", StringComparison.Ordinal) ? Part(name, '-', 2)
            : name.StartsWith("clr-debug-pipe-", StringComparison.Ordinal) ? Part(name, '-', 3)
            : name.StartsWith("CoreFxPipe_PSHost.", StringComparison.Ordinal) ? Part(name, '.', 2)
            : null;
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var owner) ? owner : null;
    }

    private static string? Part(string name, char separator, int index) => name.Split(separator).ElementAtOrDefault(index);

    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: another user's file, of a process with the same id in another container.
            ZProcEventSource.Log.FaultCaught(nameof(RuntimeFiles), e);
        }
    }
}
