using System.Globalization;
using ZProc.Core.Diagnostics;

namespace ZProc.Processes;

/// <summary>The culture and the UI culture of the caller, which a script runs with. An OS process gets them by their names.</summary>
/// <param name="Culture">The culture, for numbers, dates and comparisons.</param>
/// <param name="UICulture">The language of messages.</param>
internal sealed record ScriptCulture(CultureInfo Culture, CultureInfo UICulture)
{
    /// <summary>The cultures of the calling thread.</summary>
    public static ScriptCulture Current => new(CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

    /// <summary>The cultures of these names. A name that this system does not know stands for the culture of the calling thread.</summary>
    public static ScriptCulture Of(string culture, string uiCulture) =>
        new(Find(culture) ?? CultureInfo.CurrentCulture, Find(uiCulture) ?? CultureInfo.CurrentUICulture);

    /// <summary>Gives the calling thread these cultures.</summary>
    public void Apply()
    {
        CultureInfo.CurrentCulture = Culture;
        CultureInfo.CurrentUICulture = UICulture;
    }

    private static CultureInfo? Find(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException expected)
        {
            // Expected: the environment of the process may turn cultures off (DOTNET_SYSTEM_GLOBALIZATION_INVARIANT).
            ZProcEventSource.Log.FaultCaught(nameof(ScriptCulture), expected);
            return null;
        }
    }
}
