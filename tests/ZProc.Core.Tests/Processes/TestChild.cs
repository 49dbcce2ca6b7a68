using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

/// <summary>The test program as its own child: started with a role in its environment, it plays the role instead of running tests.</summary>
internal static class TestChild
{
    private const string Role = "ZPROC_TEST_ROLE";

    /// <summary>How to start a child that plays a role.</summary>
    public static ChildProcessStart Start(string role)
    {
        var program = Environment.ProcessPath!;
        var isDotnet = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return new ChildProcessStart(program, isDotnet ? [typeof(TestChild).Assembly.Location] : [], Lineage.Create())
        {
            Environment = new Dictionary<string, string?> { [Role] = role },
        };
    }

#pragma warning disable CA2255 // the entry point is generated, and this has to come before it
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Play()
    {
        if (Environment.GetEnvironmentVariable(Role) is { } role)
        {
            Environment.SetEnvironmentVariable(Role, null);
            Play(role, ChildPipes.TakeOver());
            Environment.Exit(0);
        }
    }

    private static void Play(string role, ChildPipes pipes)
    {
        switch (role)
        {
            case "echo":
                while (pipes.Read() is { } frame)
                {
                    pipes.Send(frame.Kind, frame.Payload);
                }

                break;
            case "flood-and-die":
                for (var i = 0; i < 5000; i++)
                {
                    pipes.Send(1, BitConverter.GetBytes(i));
                }

                Process.GetCurrentProcess().Kill();
                break;
            case "stray":
                Console.WriteLine("console");
                Console.Error.WriteLine("error");
                Sh("echo native; cat");
                pipes.Send(1, Encoding.UTF8.GetBytes("done"));
                break;
            case "family":
                // A program that stays, a program whose parent is gone, and a program that has left the session and its parent.
                Sh("sleep 1001 & (sleep 1002 &) ; setsid sh -c 'sleep 1003 &' ; (env -u ZPROC_LINEAGE sleep 1004 &)");
                pipes.Send(1, default);
                Thread.Sleep(Timeout.Infinite);
                break;
            case "deaf":
                pipes.Send(1, default);
                Thread.Sleep(Timeout.Infinite);
                break;
            case "without-first-thread":
                var other = new Thread(() =>
                {
                    pipes.Read();
                    Process.GetCurrentProcess().Kill();
                });
                other.Start();
                _ = SystemCall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 60 : 93, 0); // ends this thread alone
                break;
            case "exit-3":
                Environment.Exit(3);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(role), role, "No such role.");
        }
    }

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long SystemCall(long number, long argument);

    private static void Sh(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]))!;
        shell.WaitForExit();
    }
}
