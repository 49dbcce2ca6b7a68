using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZProc.Contexts;

namespace ZProc.State;

/// <summary>
/// Warns about a change inside a value that no variable keeps, such as <c>$State.cfg.n = 5</c> outside an atomic block: the value is
/// a copy, and the change is lost. The statement that reads the value tells. Each statement is looked at once, and each place in a
/// script warns once in an OS process.
/// </summary>
internal static class LostChanges
{
    private static readonly ConditionalWeakTable<IScriptExtent, LostChange[]> Statements = [];
    private static readonly ConcurrentDictionary<(string Script, int Line, int Column), bool> Places = new();

    /// <summary>Warns when the statement that runs now changes what it reads. For the thread that runs the script.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The copy of its value.</param>
    /// <param name="reader">The state that it was read from; null for a command.</param>
    /// <exception cref="System.Management.Automation.RuntimeException">The preference makes an error of the warning.</exception>
    public static void Check(string key, object? value, ZState? reader = null)
    {
        if (value is not (IDictionary or IList or System.Management.Automation.PSObject) || Runspace.DefaultRunspace?.Debugger is not { } debugger)
        {
            return;
        }

        foreach (var frame in debugger.GetCallStack())
        {
            if (frame.Position is { } statement)
            {
                Check(key, value, reader, statement);
            }

            return; // the frame of the statement that runs
        }
    }

    private static void Check(string key, object? value, ZState? reader, IScriptExtent statement)
    {
        foreach (var change in Statements.GetValue(statement, static extent => LostChange.In(extent.Text)))
        {
            if (change.IsOf(key, value, reader))
            {
                Warn(change, key, reader, statement);
            }
        }
    }

    private static void Warn(LostChange change, string key, ZState? reader, IScriptExtent statement)
    {
        // The line of a prompt that is typed again is another place. A block that another runspace gets is parsed anew, and is the same place.
        var script = statement.File
            ?? (RunspaceContext.Current?.Source is null ? RuntimeHelpers.GetHashCode(statement).ToString(CultureInfo.InvariantCulture) : statement.StartScriptPosition.GetFullScript());
        var place = (script, statement.StartLineNumber, statement.StartColumnNumber);
        if (!Places.TryAdd(place, true))
        {
            return;
        }

        var hasWarned = false;
        try
        {
            var where = statement.File is { } file ? $"{Path.GetFileName(file)}, line {statement.StartLineNumber}: " : string.Empty;
            hasWarned = change.Warn(
                $"{where}'{statement.Text}' changes a copy of the key '{key}', and the state stays as it is. Make the change in an atomic block, as in Update-ZState {{ {statement.Text} }}, or set the key to the changed value.",
                reader);
        }
        finally
        {
            if (!hasWarned)
            {
                Places.TryRemove(place, out _); // not a change of a state, or the preference made an error of the warning
            }
        }
    }
}
