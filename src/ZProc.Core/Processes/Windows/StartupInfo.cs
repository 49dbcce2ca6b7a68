using System.Runtime.InteropServices;

namespace ZProc.Core.Processes.Windows;

/// <summary>STARTUPINFOEXW: how a process starts.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StartupInfo
{
    /// <summary>The flag that the three handles are used.</summary>
    public const uint UseStandardHandles = 0x100;

    public uint Size;
    public nint Reserved;
    public nint Desktop;
    public nint Title;
    public uint X;
    public uint Y;
    public uint Width;
    public uint Height;
    public uint Columns;
    public uint Rows;
    public uint Fill;
    public uint Flags;
    public ushort ShowWindow;
    public ushort ReservedLength;
    public nint ReservedBytes;
    public nint Input;
    public nint Output;
    public nint Error;
    public nint Attributes;
}
