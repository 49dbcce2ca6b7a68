namespace Microsoft.PowerShell.Commands;

/// <summary>The exception of an error that was written as text.</summary>
public sealed class WriteErrorException : SystemException
{
    public WriteErrorException()
        : this(null)
    {
    }

    public WriteErrorException(string? message)
        : base(message ?? string.Empty)
    {
    }

    public WriteErrorException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
