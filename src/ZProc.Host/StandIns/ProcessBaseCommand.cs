using System.ComponentModel;
using System.Diagnostics;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands on processes share.</summary>
public abstract class ProcessBaseCommand : StandIn
{
    /// <summary>The processes of these names or wildcards, or all; an error for a plain name nobody has.</summary>
    private protected List<Process> ByName(string[]? names)
    {
        Process[] all = [.. Process.GetProcesses().OrderBy(NameOf, StringComparer.OrdinalIgnoreCase).ThenBy(process => process.Id)];
        if (names is null)
            return [.. all];
        var found = new List<Process>();
        foreach (string name in names)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            Process[] matching = [.. all.Where(process => pattern.IsMatch(NameOf(process)))];
            if (matching.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                Missing("NoProcessFoundForGivenName", $"No process has the name '{name}'.", name);
            found.AddRange(matching);
        }

        return [.. found.DistinctBy(process => process.Id)];
    }

    /// <summary>The processes with these ids; an error for one that is not there.</summary>
    private protected List<Process> ById(int[] ids)
    {
        var found = new List<Process>();
        foreach (int id in ids)
        {
            try
            {
                found.Add(Process.GetProcessById(id));
            }
            catch (ArgumentException)
            {
                Missing("NoProcessFoundForGivenId", $"No process has the id {id}.", id);
            }
        }

        return found;
    }

    private protected static bool HasEnded(Process process)
    {
        try
        {
            return process.HasExited;
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }

    private protected static string NameOf(Process process)
    {
        try
        {
            return process.ProcessName;
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
        {
            return string.Empty;
        }
    }

    private void Missing(string id, string message, object target) =>
        WriteError(id, ErrorCategory.ObjectNotFound, new ProcessCommandException(message) { ProcessName = target as string ?? string.Empty }, target);
}
