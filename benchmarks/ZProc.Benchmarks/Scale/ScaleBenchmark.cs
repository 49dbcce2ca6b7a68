using System.Diagnostics;
using System.Text.Json;

namespace ZProc.Benchmarks.Scale;

/// <summary>The command <c>scale</c>: measures how costs grow with the number of clients, runspaces, namespaces, keys and bytes.</summary>
internal static class ScaleBenchmark
{
    private const string Inner = "--measure";

    private static readonly ScalePart[] Parts = [new ClientsPart(), new RunspacesPart(), new NamespacesPart(), new KeysPart(), new BytesPart()];

    /// <summary>Measures all parts and writes <c>docs/scale.md</c> and <c>docs/scale.svg</c>; or measures one part and shows its table.</summary>
    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case []:
                ScaleReport.Write(Parts, [.. Parts.Select(Measure)]);
                return 0;
            case [Inner, var name] when Find(name) is { } part:
                var result = new PartResult();
                part.Measure(result);
                Console.WriteLine(JsonSerializer.Serialize(result));
                return 0;
            case [var name] when Find(name) is { } part:
                Console.WriteLine(ScaleReport.Section(part, Measure(part)));
                return 0;
            default:
                Console.Error.WriteLine($"Usage: ZProc.Benchmarks scale [{string.Join('|', Parts.Select(part => part.Name))}]");
                return 64;
        }
    }

    private static ScalePart? Find(string name) => Array.Find(Parts, part => part.Name == name);

    /// <summary>Measures a part in an OS process of its own, so that its memory holds nothing of the other parts.</summary>
    private static PartResult Measure(ScalePart part)
    {
        Console.Error.WriteLine(part.Name);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["scale", Inner, part.Name]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1"; // as in every process that ZProc starts
        using var process = Process.Start(start)!;
        PartResult? result = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('{'))
            {
                result = JsonSerializer.Deserialize<PartResult>(line);
            }
            else
            {
                Console.Error.WriteLine(line);
            }
        }

        process.WaitForExit();
        return result ?? throw new InvalidOperationException($"The part '{part.Name}' ended with exit code {process.ExitCode}.");
    }
}
