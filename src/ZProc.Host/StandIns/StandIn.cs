using System.Runtime.CompilerServices;

namespace Microsoft.PowerShell.Commands;

/// <summary>
/// What the stand-ins share. They live in the namespace of the commands they stand in for, and bear their type names,
/// so that error ids, output types and the engine's built-in views come out as they would with the originals.
/// </summary>
public abstract class StandIn : PSCmdlet
{
    private string? _refused;

    protected sealed override void BeginProcessing()
    {
        if (_refused is not null)
            Fail("NotSupportedByHost", ErrorCategory.NotImplemented, $"The parameter -{_refused} of {MyInvocation.InvocationName} is not supported by this host.");
        Begin();
    }

    /// <summary>What BeginProcessing is to other commands.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>The setter of a parameter that the original has and the stand-in lacks.</summary>
    private protected void Refuse([CallerMemberName] string parameter = "") => _refused ??= parameter;

    private protected void Fail(string id, ErrorCategory category, string message, object? target = null) =>
        ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(message), id, category, target));

    private protected void WriteError(string id, ErrorCategory category, Exception exception, object? target = null) =>
        WriteError(new ErrorRecord(exception, id, category, target));

    /// <summary>Runs something of the engine whose failure is an error of this command but not its end.</summary>
    private protected void Try(Action action, object? target = null)
    {
        try
        {
            action();
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (Exception failure) when (failure is IContainsErrorRecord { ErrorRecord: not null })
        {
            WriteError(new ErrorRecord(((IContainsErrorRecord)failure).ErrorRecord, failure));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or InvalidOperationException or FormatException)
        {
            ErrorCategory category = failure is UnauthorizedAccessException ? ErrorCategory.PermissionDenied : ErrorCategory.WriteError;
            WriteError(new ErrorRecord(failure, failure.GetType().Name, category, target));
        }
    }

    /// <summary>The object inside, unless it is one that has nothing inside.</summary>
    private protected static object? Bare(object? value) =>
        value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;
}
