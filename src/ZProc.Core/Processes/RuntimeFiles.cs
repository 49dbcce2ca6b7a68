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

        foreach (var file in Find("dotnet-diagnostic-*-socket").Concat(Find("clr-debug-pipe-*")).Concat(Find("CoreFxPipe_PSHost.*")))
        {
            if (ids.Contains(OwnerOf(Path.GetFileName(file))))
            {
                Remove(file);
            }
        }
    }

    /// <summary>The process id: the third part of <c>dotnet-diagnostic-ID-START-socket</c>, of <c>clr-debug-pipe-ID-START-in</c> the fourth, of <c>CoreFxPipe_PSHost.TIME.ID.DOMAIN.NAME</c> the third.</summary>
    private static int OwnerOf(string name)
    {
        var parts = name.StartsWith("CoreFx", StringComparison.Ordinal) ? name.Split('.') : name.Replace("clr-debug", "clr", StringComparison.Ordinal).Split('-');
        return parts.Length > 2 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }

    private static string[] Find(string pattern)
    {
        try
        {
            return Directory.GetFiles(Path.GetTempPath(), pattern);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: the folder is not there or not ours. Then the processes cannot have written to it, either.
            ZProcEventSource.Log.FaultCaught(nameof(RuntimeFiles), e);
            return [];
        }
    }

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
