using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ZProc.Core.Processes.Windows;

/// <summary>The handles that a new process inherits. Without such a list it inherits every inheritable handle of this process.</summary>
internal sealed unsafe class HandleList : IDisposable
{
    private const nuint HandlesAttribute = 0x20002;

    private readonly void* _list;
    private readonly nint* _handles;

    /// <param name="handles">The handles, which must be inheritable.</param>
    /// <exception cref="Win32Exception">The system refuses the list.</exception>
    public HandleList(ReadOnlySpan<nint> handles)
    {
        nuint length = 0;
        Kernel32.InitializeProcThreadAttributeList(null, 1, 0, &length);
        _list = NativeMemory.Alloc(length);
        _handles = (nint*)NativeMemory.Alloc((nuint)handles.Length, (nuint)sizeof(nint));
        handles.CopyTo(new Span<nint>(_handles, handles.Length));
        if (!Kernel32.InitializeProcThreadAttributeList(_list, 1, 0, &length))
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            Free();
            throw error;
        }

        if (!Kernel32.UpdateProcThreadAttribute(_list, 0, HandlesAttribute, _handles, (nuint)(handles.Length * sizeof(nint)), null, null))
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            Dispose();
            throw error;
        }
    }

    /// <summary>The list, for <see cref="StartupInfo.Attributes"/>.</summary>
    public nint Value => (nint)_list;

    /// <inheritdoc/>
    public void Dispose()
    {
        Kernel32.DeleteProcThreadAttributeList(_list);
        Free();
    }

    private void Free()
    {
        NativeMemory.Free(_list);
        NativeMemory.Free(_handles);
    }
}
