using Garnet;

namespace ZProc.Garnet;

/// <summary>A Garnet server for tests, in a process of its own: it takes Garnet's options as arguments, and ends with standard input.</summary>
internal static class Program
{
    private static void Main(string[] arguments)
    {
        var server = new GarnetServer(arguments);
        server.Start();
        Console.In.ReadToEnd();
        Environment.Exit(0); // the state is the test's: nothing has to be kept
    }
}
