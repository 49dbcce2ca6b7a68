using System.Diagnostics;
using System.Text;

namespace ZProc.Core.Processes;

/// <summary>How to start a <see cref="ChildProcess"/>.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Arguments">The program's arguments. Every user of the machine can read them.</param>
/// <param name="Lineage">Marks the child and all that it will start; not another child's.</param>
public sealed record ChildProcessStart(string Executable, IReadOnlyList<string> Arguments, Lineage Lineage)
{
    /// <summary>Variables added to this process's environment; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    internal ProcessStartInfo ToStartInfo()
    {
        var info = new ProcessStartInfo(Executable, Arguments)
        {
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }

        info.Environment[Lineage.Variable] = Lineage.Value;
        NeutralFolder.Use(info);
        return info;
    }
}
