using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZProc.Contexts;

namespace ZProc.State;

/// <summary>
/// Warns about a change inside a value that no variable keeps, such as <c>$State.cfg.n = 5</c> outside an atomic block: the value is
/// a copy, and the change is lost. The statement that reads the value tells. Each statement is looked at once, and each place in a
/// script warns once.
/// </summary>
internal static class LostChanges
{
    private static readonly ConditionalWeakTable<IScriptExtent, IReadOnlyList<LostChange>> Statements = [];
    private static readonly ConcurrentDictionary<(string? File, int Line, int Column, string Text), bool> Places = new();

    /// <summary>Warns when the statement that runs now changes what it reads. For the thread that runs the script.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The copy of its value.</param>
    public static void Check(string key, object? value)
    {
        if (value is not (IDictionary or IList or PSObject) || Runspace.DefaultRunspace?.Debugger is not { } debugger)
        {
            return;
        }

        foreach (var frame in debugger.GetCallStack())
        {
            if (frame.Position is { } statement)
            {
                Check(key, statement);
            }

            return; // the frame of the statement that runs
        }
    }

    private static void Check(string key, IScriptExtent statement)
    {
        var changes = Statements.GetValue(statement, static extent => LostChange.In(extent.Text));
        if (changes.Count == 0 || !changes.Any(change => change.IsOf(key)))
        {
            return;
        }

        // A line that is typed again is another place. A block that another runspace gets is parsed anew, and is the same place.
        var isPrompt = statement.File is null && RunspaceContext.Current?.Source is null;
        var place = (isPrompt ? RuntimeHelpers.GetHashCode(statement).ToString(CultureInfo.InvariantCulture) : statement.File, statement.StartLineNumber, statement.StartColumnNumber, statement.Text);
        if (Places.ContainsKey(place))
        {
            return;
        }

        var where = statement.File is { } file ? $"{Path.GetFileName(file)}, line {statement.StartLineNumber}: " : string.Empty;
        var message = $"{where}'{statement.Text}' changes a copy of the key '{key}', and the state stays as it is. Make the change in an atomic block, as in Update-ZState {{ {statement.Text} }}, or set the key to the changed value.";
        if (changes.Any(change => change.IsOf(key) && change.Warn(message)))
        {
            Places.TryAdd(place, true);
        }
    }
}
