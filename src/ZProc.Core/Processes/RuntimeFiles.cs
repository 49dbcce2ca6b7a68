using System.Globalization;

namespace ZProc.Core.Processes;

/// <summary>
/// What .NET and PowerShell keep in the temporary folder as long as a process runs: the ends of pipes for debuggers and
/// diagnostic tools. A process that is killed leaves them there, so who kills it takes them away.
/// </summary>
public static class RuntimeFiles
{
    /// <summary>Removes those of processes that have ended, or are about to.</summary>
    /// <param name="ids">The processes, which had the temporary folder that this one has.</param>
    public static void Remove(IReadOnlyCollection<int> ids)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // there they are no files
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
            return []; // a folder that cannot be read cannot have been written to, either
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
            // Somebody else's, by a process id of his own.
        }
    }
}
