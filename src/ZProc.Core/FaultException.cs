namespace ZProc.Core;

/// <summary>The exception of this assembly: a <see cref="Core.Fault"/> and a message that says what to do.</summary>
public sealed class FaultException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="fault">The kind of error.</param>
    /// <param name="message">What happened, and what to do about it. Never a secret.</param>
    /// <param name="target">The key, path, name or revision concerned, if any.</param>
    /// <param name="inner">The cause, if any.</param>
    public FaultException(Fault fault, string message, object? target = null, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        Target = target;
    }

    /// <summary>The kind of error.</summary>
    public Fault Fault { get; }

    /// <summary>The key, path, name or revision concerned, if any.</summary>
    public object? Target { get; }

    /// <summary>Whether an argument names something that does not exist, and is possible otherwise.</summary>
    public bool IsNotFound { get; private init; }

    /// <summary>The error of an argument that names something that does not exist.</summary>
    /// <param name="message">What does not exist, and what to do about it. Never a secret.</param>
    /// <param name="target">The name or id.</param>
    public static FaultException NotFound(string message, object? target) => new(Fault.InvalidArgument, message, target) { IsNotFound = true };

    /// <summary>The error of a request that failed because of a fault of the server's own.</summary>
    internal static FaultException Unexpected(Exception exception) => new(
        Fault.ServerError,
        $"The server could not serve the request ({exception.GetType().Name}: {exception.Message}). Read the state before you try again.",
        null,
        exception);
}
