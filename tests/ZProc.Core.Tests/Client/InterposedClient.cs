using System.Reflection;
using System.Runtime.ExceptionServices;
using ZProc.Core.Client;

namespace ZProc.Core.Tests.Client;

/// <summary>A client in front of another, which lets something happen before certain calls.</summary>
public class InterposedClient : DispatchProxy
{
    private IClient _inner = null!;
    private Action<string> _before = null!;

    /// <param name="inner">The client that does the work.</param>
    /// <param name="before">Called with the name of each method before the method.</param>
    public static IClient Create(IClient inner, Action<string> before)
    {
        var client = Create<IClient, InterposedClient>();
        var interposed = (InterposedClient)(object)client;
        interposed._inner = inner;
        interposed._before = before;
        return client;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _before(targetMethod!.Name);
        try
        {
            return targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }
}
