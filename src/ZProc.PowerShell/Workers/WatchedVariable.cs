using System.Management.Automation;

namespace ZProc.Workers;

/// <summary>A variable that tells when it is read. It shows another one until it is assigned to.</summary>
internal sealed class WatchedVariable : PSVariable
{
    private readonly Action _onRead;
    private PSVariable? _shown;

    /// <param name="shown">The variable to show, whose name and attributes this one takes.</param>
    /// <param name="onRead">Called before each read, on the thread that reads.</param>
    public WatchedVariable(PSVariable shown, Action onRead)
        : base(shown.Name, value: null, shown.Options)
    {
        Description = shown.Description;
        foreach (var attribute in shown.Attributes)
        {
            Attributes.Add(attribute);
        }

        _onRead = onRead;
        _shown = shown;
    }

    public override object? Value
    {
        get
        {
            _onRead?.Invoke(); // null while the base constructor runs
            return _shown is { } shown ? shown.Value : base.Value;
        }

        set
        {
            base.Value = value;
            _shown = null;
        }
    }
}
