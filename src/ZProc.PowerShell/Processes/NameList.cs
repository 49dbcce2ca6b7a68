using ZProc.Core;

namespace ZProc.Processes;

/// <summary>An optional list of names that a user gave: <c>$null</c> stands for no names, and cannot stand for one of them.</summary>
internal static class NameList
{
    /// <summary>The names.</summary>
    /// <param name="names">The names as given; null for none.</param>
    /// <param name="parameter">The parameter, for the error.</param>
    /// <exception cref="FaultException">InvalidArgument: a name is null or empty.</exception>
    public static IReadOnlyList<string> Checked(IEnumerable<string?>? names, string parameter)
    {
        var checkedNames = new List<string>();
        foreach (var name in names ?? [])
        {
            if (string.IsNullOrEmpty(name))
            {
                throw new FaultException(Fault.InvalidArgument, $"{parameter}: a name is $null or empty. Give names with at least one character.");
            }

            checkedNames.Add(name);
        }

        return checkedNames;
    }
}
