using System.Management.Automation;

namespace ZProc.Progress;

/// <summary>
/// Writes the progress records of one command, under a source id of their own: a host keeps them apart from those of the script and
/// of other commands. For the command's thread.
/// </summary>
internal sealed class ProgressWriter
{
    private static long _lastSource = 1L << 40; // far from the ids that the engine gives to commands

    private readonly PSCmdlet _command;
    private readonly long _source = Interlocked.Increment(ref _lastSource);
    private bool? _isShown;

    /// <param name="command">The command.</param>
    public ProgressWriter(PSCmdlet command) => _command = command;

    /// <summary>Whether <c>-ProgressAction</c> or <c>$ProgressPreference</c> lets progress be shown.</summary>
    public bool IsShown => _isShown ??= Preference() is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>The command's name.</summary>
    public string CommandName => _command.MyInvocation.MyCommand.Name;

    /// <summary>Writes a record, as the preference says.</summary>
    public void Write(ProgressRecord record) => _command.CommandRuntime.WriteProgress(_source, record);

    /// <summary>Removes the bar of a record, also where the pipeline is being stopped: a command cannot write then, so the host is told directly.</summary>
    public void Complete(ProgressRecord record)
    {
        if (IsShown)
        {
            record.RecordType = ProgressRecordType.Completed;
            _command.Host.UI.WriteProgress(_source, record);
        }
    }

    private ActionPreference Preference()
    {
        var value = _command.MyInvocation.BoundParameters.TryGetValue("ProgressAction", out var given)
            ? given
            : _command.SessionState.PSVariable.GetValue("ProgressPreference");
        return LanguagePrimitives.TryConvertTo<ActionPreference>(value, out var action) ? action : ActionPreference.Continue;
    }
}
