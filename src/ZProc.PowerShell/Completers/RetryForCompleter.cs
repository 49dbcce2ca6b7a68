using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core.Processes;

namespace ZProc.Completers;

/// <summary>Completes failures that are often retried.</summary>
internal sealed class RetryForCompleter : IArgumentCompleter
{
    private static readonly string[] Known =
    [
        RetryPolicy.Exit, "SIGABRT", "SIGKILL", "SIGSEGV", "SIGTERM", "System.IO.IOException", "System.Net.Http.HttpRequestException", "System.TimeoutException",
    ];

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Of(Known, wordToComplete);
}
