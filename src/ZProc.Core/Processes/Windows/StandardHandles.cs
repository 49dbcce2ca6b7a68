using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace ZProc.Core.Processes.Windows;

/// <summary>The three handles of a process on Windows that programs started by it inherit.</summary>
internal static class StandardHandles
{
    private const int Input = -10;
    private const int Output = -11;
    private const int Error = -12;

    /// <summary>
    /// Keeps the present input and output from programs that this process starts. These read an empty input, and write to standard
    /// error. What this process itself writes to standard error is UTF-8 from now on.
    /// </summary>
    public static void Reserve()
    {
        foreach (var which in (int[])[Input, Output])
        {
            Check(Kernel32.SetHandleInformation(Kernel32.GetStandardHandle(which), Kernel32.HandleInherit, 0));
        }

        Check(Kernel32.SetStandardHandle(Input, OpenNull()));
        Check(Kernel32.SetStandardHandle(Output, Kernel32.GetStandardHandle(Error)));
        SetError();
    }

    /// <summary>Drops all output from now on.</summary>
    public static void DropOutput()
    {
        var none = OpenNull();
        Check(Kernel32.SetStandardHandle(Output, none));
        Check(Kernel32.SetStandardHandle(Error, none));
        SetError();
    }

    private static void SetError() => Console.SetError(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true });

    private static nint OpenNull()
    {
        // A program without a valid input fails at its first read, so the handle has to be inherited.
        var file = File.OpenHandle("NUL", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Inheritable);
        var handle = file.DangerousGetHandle();
        file.SetHandleAsInvalid(); // so that the handle stays open
        return handle;
    }

    private static void Check(bool done)
    {
        if (!done)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}
