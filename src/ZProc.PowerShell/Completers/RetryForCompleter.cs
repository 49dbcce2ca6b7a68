using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core.Processes;
using ZProc.Processes;

namespace ZProc.Completers;

/// <summary>Completes failures: those that are often retried, and, once something is typed, all exception types that this session knows.</summary>
internal sealed class RetryForCompleter : IArgumentCompleter
{
    private static readonly string[] Known =
    [
        .. RetryPolicy.OwnNames, "SIGABRT", "SIGKILL", "SIGSEGV", "SIGTERM", "System.IO.IOException", "System.Net.Http.HttpRequestException", "System.TimeoutException",
    ];

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = Completions.Unquoted(wordToComplete);
        if (typed.Length == 0)
        {
            return Completions.Of(Known, wordToComplete);
        }

        // A type is often known by its last name alone.
        var isPartOfName = !typed.Contains('.', StringComparison.Ordinal) && !Known.Any(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase));
        var names = Known.Concat(FailureNames.KnownExceptions().Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal);
        return Completions.Of(names, wordToComplete, isPartOfName);
    }
}
