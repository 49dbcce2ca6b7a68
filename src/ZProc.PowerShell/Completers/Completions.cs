using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Completers;

/// <summary>Makes completions of names: those that begin with the typed text, or match it as wildcards, quoted where necessary.</summary>
internal static class Completions
{
    private const int MostResults = 1000; // a longer list cannot be read, and each name costs the prompt time
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(500);

    /// <summary>The completions of typed text. A name is complete as it is, wildcard characters and all: a name that exists as typed means itself.</summary>
    /// <param name="names">All names.</param>
    /// <param name="typed">The typed text, perhaps with quotes.</param>
    /// <param name="isPartOfName">The text may stand anywhere in a name.</param>
    public static IEnumerable<CompletionResult> Of(IEnumerable<string> names, string typed, bool isPartOfName = false) =>
        Of(names.Select(static name => (name, name)), typed, isPartOfName);

    /// <summary>As <see cref="Of(IEnumerable{string}, string, bool)"/>, with a description of each name.</summary>
    /// <param name="names">All names, each with what the user is told about it.</param>
    /// <param name="typed">The typed text, perhaps with quotes.</param>
    /// <param name="isPartOfName">The text may stand anywhere in a name.</param>
    /// <param name="areNumbers">The names are ids, which are numbers.</param>
    public static IEnumerable<CompletionResult> Of(
        IEnumerable<(string Name, string Description)> names, string typed, bool isPartOfName = false, bool areNumbers = false)
    {
        var text = Unquoted(typed);
        var hasWildcards = WildcardPattern.ContainsWildcardCharacters(text);
        var matches = hasWildcards ? KeyPatterns.TryNameMatcher($"{(isPartOfName ? "*" : "")}{text}*") : null;
        var isExpandable = typed.StartsWith('"');
        return names
            .Where(one => isPartOfName && !hasWildcards
                ? one.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
                : one.Name.StartsWith(text, StringComparison.OrdinalIgnoreCase) || matches?.Invoke(one.Name) == true)
            .Take(MostResults)
            .Select(one => new CompletionResult(Quote(one.Name, isExpandable, areNumbers), one.Name, CompletionResultType.ParameterValue, one.Description));
    }

    /// <summary>Typed text without the quotes around it; the last one is often still missing.</summary>
    public static string Unquoted(string typed) => typed.Trim('\'', '"');

    /// <summary>A name as an argument: in quotes of the kind that the user began with, or in single ones where it needs some.</summary>
    private static string Quote(string name, bool isExpandable, bool isNumber)
    {
        if (isExpandable)
        {
            // A curly quote ends such a string, too.
            return $"\"{string.Concat(name.Select(static character => character is '"' or '`' or '$' or '\u201C' or '\u201D' or '\u201E' ? $"`{character}" : $"{character}"))}\"";
        }

        // A number without quotes binds to an id.
        var isPlain = name.Length > 0 && name[0] != '-' && (isNumber || !(char.IsAsciiDigit(name[0]) || name[0] == '.')) && name.All(static character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.');
        return isPlain ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
    }

    /// <summary>
    /// Whether a name is no completion for a parameter that takes objects. PowerShell asks for that one alone while nothing is typed, and in
    /// lists; else it asks for the parameter that takes names, too.
    /// </summary>
    /// <param name="parameter">The parameter that is completed.</param>
    /// <param name="objects">The parameter that takes objects.</param>
    /// <param name="typed">The typed text.</param>
    /// <param name="command">The command as far as it is typed.</param>
    public static bool TakesObject(string parameter, string objects, string typed, CommandAst command) =>
        parameter == objects && ((typed.Length > 0 && command.CommandElements[^1] is not ArrayLiteralAst) || IsNamed(objects, command));

    /// <summary>Whether a command names a parameter, in full or by its beginning.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="command">The command as far as it is typed.</param>
    public static bool IsNamed(string parameter, CommandAst command) => command.CommandElements
        .OfType<CommandParameterAst>().Any(named => parameter.StartsWith(named.ParameterName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The processes that names and ids can name, as far as the session has heard of them: nothing is read, and nothing waited for.</summary>
    public static IEnumerable<ZProcess> ProcessesOf(ZProcContext context) =>
        context.Processes.All.Concat(context.RemoteProcesses.HeardOf(CurrentSource.SessionOf(context)));

    /// <summary>The ids of a context's objects after <c>-Id</c>. By position an id and a name stand in one place, and there names are completed.</summary>
    /// <param name="parameter">The parameter that is completed.</param>
    /// <param name="command">The command as far as it is typed.</param>
    /// <param name="boundParameters">The other parameters.</param>
    /// <param name="typed">The typed text.</param>
    /// <param name="idsOf">The ids, each with what the user is told about it.</param>
    public static IEnumerable<CompletionResult> OfIds(
        string parameter, CommandAst command, IDictionary boundParameters, string typed, Func<ZProcContext, IEnumerable<(int Id, string Description)>> idsOf) =>
        !IsNamed(parameter, command) ? null! // as without a completer
        : OfContext(boundParameters, (context, _) => Of(idsOf(context).Select(one => (one.Id.ToString(CultureInfo.InvariantCulture), one.Description)), typed, areNumbers: true));

    /// <summary>The completions that need a context's server: none without a context, or when the server does not answer soon.</summary>
    public static IEnumerable<CompletionResult> OfContext(
        IDictionary boundParameters, Func<ZProcContext, CancellationToken, IEnumerable<CompletionResult>> complete)
    {
        var context = BaseObject.Of(boundParameters["Context"]) switch
        {
            ZProcContext given => given,
            string name => ContextTable.Find(name),
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
