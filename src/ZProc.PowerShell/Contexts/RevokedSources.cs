using System.Runtime.CompilerServices;
using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.Contexts;

/// <summary>The sources of attempts that were abandoned and may still run: their writes are refused.</summary>
internal static class RevokedSources
{
    // By reference, as the attempts of a process have equal sources. An entry ends with the last runspace or variable that holds the source.
    private static readonly ConditionalWeakTable<Source, object> Sources = new();

    /// <summary>Refuses every later write of an attempt.</summary>
    /// <param name="source">The very object that the attempt's runspace was given.</param>
    public static void Add(Source source) => Sources.AddOrUpdate(source, new object());

    /// <summary>Refuses the write of an abandoned attempt.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ProcessFailed"/>.</exception>
    public static void ThrowIfRevoked(Source source)
    {
        if (Sources.TryGetValue(source, out _))
        {
            throw new FaultException(
                Fault.ProcessFailed, $"The process '{source.Name}' was abandoned because it did not stop: what it does no longer counts.", source.Name);
        }
    }
}
