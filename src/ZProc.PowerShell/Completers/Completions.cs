using System.Collections;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Completers;

/// <summary>Makes completions of names: those that begin with the typed text, quoted where necessary.</summary>
internal static class Completions
{
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(500);

    /// <summary>The completions of typed text. A name is complete as it is, wildcard characters and all: a name that exists as typed means itself.</summary>
    /// <param name="names">All names.</param>
    /// <param name="typed">The typed text, perhaps with quotes.</param>
    public static IEnumerable<CompletionResult> Of(IEnumerable<string> names, string typed)
    {
        var beginning = typed.Trim('\'', '"');
        return names.Where(name => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)).Select(name =>
        {
            var plain = name[0] != '-' && name.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.');
            return new CompletionResult(plain ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'", name, CompletionResultType.ParameterValue, name);
        });
    }

    /// <summary>The completions that need a context's server: none without a context, or when the server does not answer soon.</summary>
    public static IEnumerable<CompletionResult> OfContext(
        IDictionary boundParameters, Func<ZProcContext, CancellationToken, IEnumerable<CompletionResult>> complete)
    {
        var context = boundParameters["Context"] switch
        {
            ZProcContext given => given,
            string name => ContextTable.All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase)),
            _ => ContextTable.Find(),
        };
        if (context is null)
        {
            return [];
        }

        try
        {
            using var bound = new CancellationTokenSource(Bound);
            return complete(context, bound.Token).ToArray();
        }
        catch (Exception exception) when (exception is FaultException or OperationCanceledException)
        {
            // Expected: the server is lost or busy. The command itself will report why.
            ZProcEventSource.Log.FaultCaught(nameof(Completions), exception);
            return [];
        }
    }
}
