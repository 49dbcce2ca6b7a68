using System.Management.Automation;
using System.Reflection;
using ZProc.Core;

namespace ZProc.Output;

/// <summary>
/// Lines that native programs wrote to their standard error. The engine keeps them as error records, but treats them as text:
/// <c>2&gt;</c> redirects them, no preference acts on them, and <c>$Error</c> does not get them. A command that passes them on does the
/// same.
/// </summary>
internal static class NativeLines
{
    private const string EngineMethod = "_WriteErrorSkipAllowCheck";

    private static readonly Type[] EngineParameters = [typeof(ErrorRecord), typeof(ActionPreference?), typeof(bool)];

    // The engine's own way for such a line. It is not public.
    private static MethodInfo? _engine;
    private static bool _isSought;

    /// <summary>Writes a line to the error stream of a command. Only for the command's thread.</summary>
    public static void Write(Cmdlet command, ErrorRecord line)
    {
        if (Engine(command.CommandRuntime) is { } write)
        {
            write.Invoke(command.CommandRuntime, BindingFlags.DoNotWrapExceptions, binder: null, [line, null, true], culture: null);
        }
        else
        {
            // This engine has another method: the line is shown, as text of Write-Host is.
            command.WriteInformation(new HostInformationMessage { Message = line.ToString() }, ["PSHOST"]);
        }
    }

    private static MethodInfo? Engine(ICommandRuntime runtime)
    {
        if (!Volatile.Read(ref _isSought))
        {
            _engine = HiddenMembers.Method(runtime.GetType(), EngineMethod, EngineParameters);
            Volatile.Write(ref _isSought, true);
        }

        return _engine;
    }
}
