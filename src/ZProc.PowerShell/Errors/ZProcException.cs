using System.Management.Automation;

namespace ZProc.Errors;

/// <summary>
/// An error of ZProc itself. The base class lets it pass a method call such as <c>$State.Pop('x')</c>: the engine would wrap any other
/// exception, and hide its error id.
/// </summary>
public sealed class ZProcException : MethodException
{
    private readonly ErrorRecord _record;

    internal ZProcException(string errorId, string message, ErrorCategory category, object? target = null, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
        _record = new ErrorRecord(new ParentContainsErrorRecordException(this), errorId, category, target);
    }

    /// <summary>The stable id, such as <c>ZProc.KeyNotFound</c>; the error record's FullyQualifiedErrorId starts with it.</summary>
    public string ErrorId { get; }

    /// <inheritdoc/>
    public override ErrorRecord ErrorRecord => _record;
}
