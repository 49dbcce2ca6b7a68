namespace Microsoft.PowerShell.Commands;

/// <summary>The exception of an error about a process.</summary>
public sealed class ProcessCommandException : SystemException
{
    public ProcessCommandException()
    {
    }

    public ProcessCommandException(string? message)
        : base(message)
    {
    }

    public ProcessCommandException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public string? ProcessName { get; set; }
}
