using System.Management.Automation;
using ZProc.Core;

namespace ZProc.Processes;

/// <summary>The modules that a command's <c>-ImportModule</c> names. A path is relative to the caller's location, wherever the process starts.</summary>
internal static class ModulePaths
{
    /// <summary>Makes the relative paths among the names of modules absolute.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="modules">Names of modules, and paths; null for none.</param>
    /// <exception cref="FaultException">InvalidArgument: a name is null or empty.</exception>
    public static string[] Of(SessionState session, IEnumerable<string?>? modules) =>
        [.. NameList.Checked(modules, "-ImportModule").Select(module => Of(session, module))];

    private static string Of(SessionState session, string module)
    {
        var hasSeparator = module.AsSpan().IndexOfAny('/', '\\') >= 0;
        if (!hasSeparator || Path.IsPathRooted(module) || module.StartsWith('~'))
        {
            return module;
        }

        var path = session.Path.GetUnresolvedProviderPathFromPSPath(module, out var provider, out _);
        if (provider.Name != "FileSystem" || !(module.StartsWith('.') || Exists(path)))
        {
            return module; // a part of a folder of modules may be named like this
        }

        // Import-Module takes a path as a pattern. The caller's folder is none.
        return WildcardPattern.ContainsWildcardCharacters(module) ? path : WildcardPattern.Escape(path);
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path) || File.Exists(path + ".psd1") || File.Exists(path + ".psm1");
}
